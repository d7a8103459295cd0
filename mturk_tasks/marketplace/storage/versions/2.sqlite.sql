-- A new database of version 2; frozen.
CREATE TABLE block (
    id INTEGER NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (worker_id)
);
CREATE TABLE event (
    id INTEGER NOT NULL,
    kind VARCHAR(32) NOT NULL,
    time BIGINT NOT NULL,
    destination TEXT NOT NULL,
    hit_type_id VARCHAR(64),
    hit_id VARCHAR(64),
    assignment_id VARCHAR(64),
    PRIMARY KEY (id)
);
CREATE TABLE hit_type (
    id INTEGER NOT NULL,
    hit_type_id VARCHAR(64) NOT NULL,
    hit_group_id VARCHAR(64) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    keywords TEXT,
    reward BIGINT NOT NULL,
    assignment_duration INTEGER NOT NULL,
    auto_approval_delay INTEGER NOT NULL,
    requirements TEXT,
    PRIMARY KEY (id),
    UNIQUE (hit_type_id),
    UNIQUE (hit_group_id),
    UNIQUE (digest)
);
CREATE TABLE message (
    id INTEGER NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    sent BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE meta (
    version INTEGER NOT NULL,
    "offset" BIGINT NOT NULL
);
CREATE TABLE question (
    digest VARCHAR(64) NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (digest)
);
CREATE TABLE token (
    operation VARCHAR(64) NOT NULL,
    token VARCHAR(64) NOT NULL,
    spent BIGINT NOT NULL,
    hit_id VARCHAR(64),
    PRIMARY KEY (operation, token)
);
CREATE TABLE worker (
    worker_id VARCHAR(64) NOT NULL,
    simulated BOOLEAN NOT NULL,
    registered BIGINT NOT NULL,
    country VARCHAR(2),
    subdivision VARCHAR(2),
    adult BOOLEAN DEFAULT 0 NOT NULL,
    master BOOLEAN DEFAULT 0 NOT NULL,
    submitted_before INTEGER DEFAULT 0 NOT NULL,
    approved_before INTEGER DEFAULT 0 NOT NULL,
    PRIMARY KEY (worker_id)
);
CREATE TABLE hit (
    id INTEGER NOT NULL,
    hit_id VARCHAR(64) NOT NULL,
    hit_type INTEGER NOT NULL,
    question VARCHAR(64) NOT NULL,
    annotation TEXT,
    created BIGINT NOT NULL,
    expiration BIGINT NOT NULL,
    expired BOOLEAN NOT NULL,
    status VARCHAR(16) NOT NULL,
    changed BIGINT NOT NULL,
    created_with INTEGER NOT NULL,
    max_assignments INTEGER NOT NULL,
    available INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    fee BIGINT NOT NULL,
    shuffle INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (hit_id),
    FOREIGN KEY(hit_type) REFERENCES hit_type (id),
    FOREIGN KEY(question) REFERENCES question (digest)
);
CREATE TABLE notification (
    hit_type INTEGER NOT NULL,
    destination TEXT NOT NULL,
    transport VARCHAR(16) NOT NULL,
    version VARCHAR(16) NOT NULL,
    event_types TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (hit_type),
    FOREIGN KEY(hit_type) REFERENCES hit_type (id)
);
CREATE TABLE qualification_type (
    id INTEGER NOT NULL,
    qualification_type_id VARCHAR(64) NOT NULL,
    system BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    keywords TEXT,
    status VARCHAR(16) NOT NULL,
    created BIGINT,
    retry_delay BIGINT,
    test VARCHAR(64),
    test_duration BIGINT,
    answer_key TEXT,
    auto_granted BOOLEAN NOT NULL,
    auto_granted_value INTEGER,
    PRIMARY KEY (id),
    UNIQUE (qualification_type_id),
    FOREIGN KEY(test) REFERENCES question (digest)
);
CREATE TABLE assignment (
    id INTEGER NOT NULL,
    assignment_id VARCHAR(64) NOT NULL,
    hit INTEGER NOT NULL,
    worker VARCHAR(64) NOT NULL,
    status VARCHAR(16) NOT NULL,
    accepted BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    ended BIGINT,
    submitted BIGINT,
    auto_approval BIGINT,
    approved BIGINT,
    rejected BIGINT,
    answer TEXT,
    feedback TEXT,
    PRIMARY KEY (id),
    UNIQUE (assignment_id),
    FOREIGN KEY(hit) REFERENCES hit (id),
    FOREIGN KEY(worker) REFERENCES worker (worker_id)
);
CREATE TABLE qualification (
    id INTEGER NOT NULL,
    qualification_type INTEGER NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    score INTEGER NOT NULL,
    status VARCHAR(16) NOT NULL,
    granted BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (qualification_type, worker_id),
    FOREIGN KEY(qualification_type) REFERENCES qualification_type (id)
);
CREATE TABLE qualification_request (
    id INTEGER NOT NULL,
    request_id VARCHAR(64) NOT NULL,
    qualification_type INTEGER NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    status VARCHAR(16) NOT NULL,
    requested BIGINT NOT NULL,
    deadline BIGINT,
    submitted BIGINT,
    test VARCHAR(64),
    answer_key TEXT,
    answer TEXT,
    PRIMARY KEY (id),
    UNIQUE (request_id),
    FOREIGN KEY(qualification_type) REFERENCES qualification_type (id),
    FOREIGN KEY(test) REFERENCES question (digest)
);
CREATE TABLE requirement (
    hit_type INTEGER NOT NULL,
    qualification_type INTEGER NOT NULL,
    PRIMARY KEY (hit_type, qualification_type),
    FOREIGN KEY(hit_type) REFERENCES hit_type (id),
    FOREIGN KEY(qualification_type) REFERENCES qualification_type (id)
);
CREATE TABLE bonus (
    id INTEGER NOT NULL,
    assignment INTEGER NOT NULL,
    hit INTEGER NOT NULL,
    amount BIGINT NOT NULL,
    reason TEXT NOT NULL,
    granted BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(assignment) REFERENCES assignment (id),
    FOREIGN KEY(hit) REFERENCES hit (id)
);
CREATE TABLE ledger (
    id INTEGER NOT NULL,
    time BIGINT NOT NULL,
    kind VARCHAR(16) NOT NULL,
    amount BIGINT NOT NULL,
    hit INTEGER NOT NULL,
    assignment INTEGER,
    worker VARCHAR(64),
    PRIMARY KEY (id),
    FOREIGN KEY(hit) REFERENCES hit (id),
    FOREIGN KEY(assignment) REFERENCES assignment (id),
    FOREIGN KEY(worker) REFERENCES worker (worker_id)
);
CREATE INDEX ix_message_worker_id ON message (worker_id);
CREATE INDEX ix_token_spent ON token (spent);
CREATE INDEX hit_by_type ON hit (hit_type, created, id) WHERE status != 'Disposed';
CREATE INDEX hit_finished ON hit (changed) WHERE status IN ('Reviewable', 'Reviewing');
CREATE INDEX hit_listed ON hit (created, id) WHERE status != 'Disposed';
CREATE INDEX hit_offered ON hit (shuffle) WHERE status = 'Assignable';
CREATE INDEX hit_reviewable ON hit (expiration, id) WHERE status IN ('Reviewable', 'Reviewing');
CREATE INDEX hit_unexpired ON hit (expiration) WHERE expired IS 0;
CREATE INDEX qualification_type_by_name ON qualification_type (name);
CREATE INDEX assignment_by_hit ON assignment (hit, submitted, id);
CREATE INDEX assignment_by_worker ON assignment (worker);
CREATE INDEX assignment_held ON assignment (deadline) WHERE status = 'Accepted';
CREATE UNIQUE INDEX assignment_standing ON assignment (hit, worker) WHERE ended IS NULL;
CREATE INDEX assignment_undecided ON assignment (auto_approval) WHERE status = 'Submitted';
CREATE INDEX ix_qualification_worker_id ON qualification (worker_id);
CREATE INDEX request_by_worker ON qualification_request (worker_id, qualification_type);
CREATE INDEX request_waiting ON qualification_request (submitted, id) WHERE status = 'Pending';
CREATE INDEX ix_requirement_qualification_type ON requirement (qualification_type);
CREATE INDEX ix_bonus_assignment ON bonus (assignment);
CREATE INDEX ix_bonus_hit ON bonus (hit);
CREATE INDEX ix_ledger_hit ON ledger (hit);
