-- The marketplace's ID and fee, marketplaces imported into it, links that set a password, who wrote a message.
ALTER TABLE meta RENAME TO meta_before;
CREATE TABLE meta (
    version INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    play BOOLEAN DEFAULT 1 NOT NULL,
    address TEXT,
    marketplace_id VARCHAR(64) NOT NULL,
    fee TEXT
);
INSERT INTO meta (version, "offset", play, address, marketplace_id)
    SELECT version, "offset", play, address, :marketplace_id FROM meta_before;
DROP TABLE meta_before;
CREATE TABLE former_marketplace (
    marketplace_id VARCHAR(64) NOT NULL,
    PRIMARY KEY (marketplace_id)
);
CREATE TABLE password_link (
    digest VARCHAR(64) NOT NULL,
    account INTEGER NOT NULL,
    created BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    used BIGINT,
    PRIMARY KEY (digest),
    FOREIGN KEY(account) REFERENCES account (id)
);
CREATE INDEX ix_password_link_account ON password_link (account);
ALTER TABLE message ADD COLUMN requester INTEGER REFERENCES requester (id);
DROP INDEX IF EXISTS ix_message_worker_id;
CREATE INDEX message_by_worker ON message (worker_id, id);
CREATE INDEX qualification_type_in_order ON qualification_type (name, id);
CREATE INDEX hit_offered_of_type ON hit (hit_type, shuffle) WHERE status = 'Assignable';
