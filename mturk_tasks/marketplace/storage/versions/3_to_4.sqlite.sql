-- Several requesters; what there is belongs to the sandbox's own.
ALTER TABLE meta ADD COLUMN play BOOLEAN DEFAULT 1 NOT NULL;
CREATE TABLE requester (
    id INTEGER NOT NULL,
    requester_id VARCHAR(64) NOT NULL,
    name VARCHAR(64) NOT NULL,
    registered BIGINT NOT NULL,
    disabled BOOLEAN NOT NULL,
    balance BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (requester_id),
    UNIQUE (name)
);
CREATE TABLE access_key (
    id INTEGER NOT NULL,
    access_key_id VARCHAR(64) NOT NULL,
    requester INTEGER NOT NULL,
    secret TEXT NOT NULL,
    created BIGINT NOT NULL,
    ended BIGINT,
    PRIMARY KEY (id),
    UNIQUE (access_key_id),
    FOREIGN KEY(requester) REFERENCES requester (id)
);
INSERT INTO requester (id, requester_id, name, registered, disabled, balance) VALUES (1, 'ASANDBOX', 'sandbox', 0, 0, 0);
ALTER TABLE block RENAME TO block_before;
CREATE TABLE block (
    id INTEGER NOT NULL,
    requester INTEGER NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (requester, worker_id),
    FOREIGN KEY(requester) REFERENCES requester (id)
);
INSERT INTO block (id, requester, worker_id, reason) SELECT id, 1, worker_id, reason FROM block_before;
DROP TABLE block_before;
CREATE TABLE deposit (
    id INTEGER NOT NULL,
    requester INTEGER NOT NULL,
    time BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(requester) REFERENCES requester (id)
);
ALTER TABLE event ADD COLUMN requester INTEGER REFERENCES requester (id);
UPDATE event SET requester = 1;
ALTER TABLE hit_type ADD COLUMN requester INTEGER REFERENCES requester (id);
UPDATE hit_type SET requester = 1;
ALTER TABLE qualification_type ADD COLUMN requester INTEGER REFERENCES requester (id);
UPDATE qualification_type SET requester = 1 WHERE NOT system;
DROP INDEX IF EXISTS ix_token_spent;
ALTER TABLE token RENAME TO token_before;
CREATE TABLE token (
    requester INTEGER NOT NULL,
    operation VARCHAR(64) NOT NULL,
    token VARCHAR(64) NOT NULL,
    spent BIGINT NOT NULL,
    hit_id VARCHAR(64),
    PRIMARY KEY (requester, operation, token),
    FOREIGN KEY(requester) REFERENCES requester (id)
);
INSERT INTO token (requester, operation, token, spent, hit_id)
    SELECT 1, operation, token, spent, hit_id FROM token_before;
DROP TABLE token_before;
CREATE INDEX ix_token_spent ON token (spent);
ALTER TABLE hit ADD COLUMN requester INTEGER REFERENCES requester (id);
UPDATE hit SET requester = 1;
DROP INDEX IF EXISTS hit_listed;
DROP INDEX IF EXISTS hit_reviewable;
ALTER TABLE ledger ADD COLUMN requester INTEGER REFERENCES requester (id);
UPDATE ledger SET requester = 1;
CREATE INDEX ix_access_key_requester ON access_key (requester);
CREATE INDEX ix_block_worker_id ON block (worker_id);
CREATE INDEX ix_deposit_requester ON deposit (requester);
CREATE INDEX hit_of_requester ON hit (requester, created, id) WHERE status != 'Disposed';
CREATE INDEX hit_to_review ON hit (requester, expiration, id) WHERE status IN ('Reviewable', 'Reviewing');
CREATE INDEX ledger_of_requester ON ledger (requester, kind);
