-- The marketplace's ID and fee, marketplaces imported into it, links that set a password, who wrote a message.
ALTER TABLE meta ADD COLUMN marketplace_id VARCHAR(64);
UPDATE meta SET marketplace_id = :marketplace_id;
ALTER TABLE meta ALTER COLUMN marketplace_id SET NOT NULL;
ALTER TABLE meta ADD COLUMN fee TEXT;
CREATE TABLE former_marketplace (
    marketplace_id VARCHAR(64) NOT NULL,
    PRIMARY KEY (marketplace_id)
);
CREATE TABLE password_link (
    digest VARCHAR(64) NOT NULL,
    account BIGINT NOT NULL,
    created BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    used BIGINT,
    PRIMARY KEY (digest),
    FOREIGN KEY(account) REFERENCES account (id)
);
CREATE INDEX ix_password_link_account ON password_link (account);
ALTER TABLE message ADD COLUMN requester BIGINT REFERENCES requester (id);
DROP INDEX IF EXISTS ix_message_worker_id;
CREATE INDEX message_by_worker ON message (worker_id, id);
CREATE INDEX qualification_type_in_order ON qualification_type (name COLLATE "C", id);
CREATE INDEX hit_offered_of_type ON hit (hit_type, shuffle) WHERE status = 'Assignable';
CREATE TABLE study (
    id BIGSERIAL NOT NULL,
    requester BIGINT,
    study_id VARCHAR(64) NOT NULL,
    secret VARCHAR(64) NOT NULL,
    source VARCHAR(16) NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    codes TEXT NOT NULL,
    screenout TEXT NOT NULL,
    back TEXT NOT NULL,
    hits INTEGER NOT NULL,
    participants INTEGER,
    estimate INTEGER,
    minutes INTEGER NOT NULL,
    until BIGINT,
    consent VARCHAR(64),
    open BOOLEAN NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(requester) REFERENCES requester (id),
    UNIQUE (study_id),
    FOREIGN KEY(consent) REFERENCES question (digest)
);
CREATE TABLE study_hit (
    hit BIGINT NOT NULL,
    study BIGINT NOT NULL,
    PRIMARY KEY (hit),
    FOREIGN KEY(hit) REFERENCES hit (id),
    FOREIGN KEY(study) REFERENCES study (id)
);
CREATE INDEX ix_study_hit_study ON study_hit (study);
CREATE TABLE study_link (
    study BIGINT NOT NULL,
    external_id VARCHAR(128) NOT NULL,
    serial INTEGER NOT NULL,
    ends BIGINT NOT NULL,
    revoked BOOLEAN NOT NULL,
    PRIMARY KEY (study, external_id),
    FOREIGN KEY(study) REFERENCES study (id)
);
CREATE TABLE panel_member (
    scope VARCHAR(128) NOT NULL,
    external_id VARCHAR(128) NOT NULL,
    worker VARCHAR(64) NOT NULL,
    PRIMARY KEY (scope, external_id),
    FOREIGN KEY(worker) REFERENCES worker (worker_id),
    UNIQUE (worker)
);
CREATE TABLE participant (
    id BIGSERIAL NOT NULL,
    study BIGINT NOT NULL,
    worker VARCHAR(64) NOT NULL,
    external_id TEXT NOT NULL,
    external_study TEXT NOT NULL,
    external_session TEXT NOT NULL,
    state VARCHAR(16) NOT NULL,
    entered BIGINT NOT NULL,
    active BIGINT NOT NULL,
    consented BIGINT,
    consent VARCHAR(64),
    ended BIGINT,
    resume VARCHAR(64) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (study, worker),
    FOREIGN KEY(study) REFERENCES study (id),
    FOREIGN KEY(worker) REFERENCES worker (worker_id),
    FOREIGN KEY(consent) REFERENCES question (digest)
);
CREATE INDEX participant_by_external_id ON participant (external_id);
CREATE INDEX ix_participant_worker ON participant (worker);
ALTER TABLE session ADD COLUMN study BIGINT REFERENCES study (id);
CREATE TABLE participation_type (
    qualification_type BIGINT NOT NULL,
    counts_held BOOLEAN NOT NULL,
    PRIMARY KEY (qualification_type),
    FOREIGN KEY(qualification_type) REFERENCES qualification_type (id)
);
CREATE TABLE counted_hit (
    qualification_type BIGINT NOT NULL,
    hit BIGINT NOT NULL,
    PRIMARY KEY (qualification_type, hit),
    FOREIGN KEY(qualification_type) REFERENCES qualification_type (id),
    FOREIGN KEY(hit) REFERENCES hit (id)
);
CREATE INDEX ix_counted_hit_hit ON counted_hit (hit);
CREATE TABLE counted_hit_type (
    qualification_type BIGINT NOT NULL,
    hit_type BIGINT NOT NULL,
    PRIMARY KEY (qualification_type, hit_type),
    FOREIGN KEY(qualification_type) REFERENCES qualification_type (id),
    FOREIGN KEY(hit_type) REFERENCES hit_type (id)
);
CREATE INDEX ix_counted_hit_type_hit_type ON counted_hit_type (hit_type);
ALTER TABLE hit_type ADD COLUMN newest BIGINT DEFAULT 0 NOT NULL;
UPDATE hit_type SET newest = coalesce((SELECT max(created) FROM hit WHERE hit.hit_type = hit_type.id), 0);
CREATE INDEX hit_type_by_newest ON hit_type (newest, id);
