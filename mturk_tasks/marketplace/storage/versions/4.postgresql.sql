-- A new database of version 4; frozen.
CREATE TABLE message (
    id BIGSERIAL NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    sent BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE meta (
    version INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    play BOOLEAN DEFAULT true NOT NULL
);
CREATE TABLE question (
    digest VARCHAR(64) NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (digest)
);
CREATE TABLE requester (
    id BIGSERIAL NOT NULL,
    requester_id VARCHAR(64) NOT NULL,
    name VARCHAR(64) NOT NULL,
    registered BIGINT NOT NULL,
    disabled BOOLEAN NOT NULL,
    balance BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (requester_id),
    UNIQUE (name)
);
CREATE TABLE worker (
    worker_id VARCHAR(64) NOT NULL,
    simulated BOOLEAN NOT NULL,
    registered BIGINT NOT NULL,
    country VARCHAR(2),
    subdivision VARCHAR(2),
    adult BOOLEAN DEFAULT false NOT NULL,
    master BOOLEAN DEFAULT false NOT NULL,
    submitted_before INTEGER DEFAULT 0 NOT NULL,
    approved_before INTEGER DEFAULT 0 NOT NULL,
    PRIMARY KEY (worker_id)
);
CREATE TABLE access_key (
    id BIGSERIAL NOT NULL,
    access_key_id VARCHAR(64) NOT NULL,
    requester BIGINT NOT NULL,
    secret TEXT NOT NULL,
    created BIGINT NOT NULL,
    ended BIGINT,
    PRIMARY KEY (id),
    UNIQUE (access_key_id),
    FOREIGN KEY(requester) REFERENCES requester (id)
);
CREATE TABLE block (
    id BIGSERIAL NOT NULL,
    requester BIGINT NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (requester, worker_id),
    FOREIGN KEY(requester) REFERENCES requester (id)
);
CREATE TABLE deposit (
    id BIGSERIAL NOT NULL,
    requester BIGINT NOT NULL,
    time BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(requester) REFERENCES requester (id)
);
CREATE TABLE event (
    id BIGSERIAL NOT NULL,
    requester BIGINT,
    kind VARCHAR(32) NOT NULL,
    time BIGINT NOT NULL,
    destination TEXT NOT NULL,
    hit_type_id VARCHAR(64),
    hit_id VARCHAR(64),
    assignment_id VARCHAR(64),
    PRIMARY KEY (id),
    FOREIGN KEY(requester) REFERENCES requester (id)
);
CREATE TABLE hit_type (
    id BIGSERIAL NOT NULL,
    requester BIGINT,
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
    FOREIGN KEY(requester) REFERENCES requester (id),
    UNIQUE (hit_type_id),
    UNIQUE (hit_group_id),
    UNIQUE (digest)
);
CREATE TABLE qualification_type (
    id BIGSERIAL NOT NULL,
    requester BIGINT,
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
    FOREIGN KEY(requester) REFERENCES requester (id),
    UNIQUE (qualification_type_id),
    FOREIGN KEY(test) REFERENCES question (digest)
);
CREATE TABLE token (
    requester BIGINT NOT NULL,
    operation VARCHAR(64) NOT NULL,
    token VARCHAR(64) NOT NULL,
    spent BIGINT NOT NULL,
    hit_id VARCHAR(64),
    PRIMARY KEY (requester, operation, token),
    FOREIGN KEY(requester) REFERENCES requester (id)
);
CREATE TABLE hit (
    id BIGSERIAL NOT NULL,
    requester BIGINT,
    hit_id VARCHAR(64) NOT NULL,
    hit_type BIGINT NOT NULL,
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
    review_policies TEXT,
    review_due BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY(requester) REFERENCES requester (id),
    UNIQUE (hit_id),
    FOREIGN KEY(hit_type) REFERENCES hit_type (id),
    FOREIGN KEY(question) REFERENCES question (digest)
);
CREATE TABLE notification (
    hit_type BIGINT NOT NULL,
    destination TEXT NOT NULL,
    transport VARCHAR(16) NOT NULL,
    version VARCHAR(16) NOT NULL,
    event_types TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (hit_type),
    FOREIGN KEY(hit_type) REFERENCES hit_type (id)
);
CREATE TABLE qualification (
    id BIGSERIAL NOT NULL,
    qualification_type BIGINT NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    score INTEGER NOT NULL,
    status VARCHAR(16) NOT NULL,
    granted BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (qualification_type, worker_id),
    FOREIGN KEY(qualification_type) REFERENCES qualification_type (id)
);
CREATE TABLE qualification_request (
    id BIGSERIAL NOT NULL,
    request_id VARCHAR(64) NOT NULL,
    qualification_type BIGINT NOT NULL,
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
    hit_type BIGINT NOT NULL,
    qualification_type BIGINT NOT NULL,
    PRIMARY KEY (hit_type, qualification_type),
    FOREIGN KEY(hit_type) REFERENCES hit_type (id),
    FOREIGN KEY(qualification_type) REFERENCES qualification_type (id)
);
CREATE TABLE assignment (
    id BIGSERIAL NOT NULL,
    assignment_id VARCHAR(64) NOT NULL,
    hit BIGINT NOT NULL,
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
CREATE TABLE review (
    id BIGSERIAL NOT NULL,
    hit BIGINT NOT NULL,
    level VARCHAR(16) NOT NULL,
    action_id VARCHAR(64) NOT NULL,
    subject VARCHAR(64) NOT NULL,
    subject_type VARCHAR(16) NOT NULL,
    action VARCHAR(16),
    status VARCHAR(16),
    completed BIGINT,
    outcome TEXT,
    error TEXT,
    question TEXT,
    key VARCHAR(64),
    value TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(hit) REFERENCES hit (id)
);
CREATE TABLE bonus (
    id BIGSERIAL NOT NULL,
    assignment BIGINT NOT NULL,
    hit BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    reason TEXT NOT NULL,
    granted BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(assignment) REFERENCES assignment (id),
    FOREIGN KEY(hit) REFERENCES hit (id)
);
CREATE TABLE ledger (
    id BIGSERIAL NOT NULL,
    requester BIGINT,
    time BIGINT NOT NULL,
    kind VARCHAR(16) NOT NULL,
    amount BIGINT NOT NULL,
    hit BIGINT NOT NULL,
    assignment BIGINT,
    worker VARCHAR(64),
    PRIMARY KEY (id),
    FOREIGN KEY(requester) REFERENCES requester (id),
    FOREIGN KEY(hit) REFERENCES hit (id),
    FOREIGN KEY(assignment) REFERENCES assignment (id),
    FOREIGN KEY(worker) REFERENCES worker (worker_id)
);
CREATE INDEX ix_message_worker_id ON message (worker_id);
CREATE INDEX ix_access_key_requester ON access_key (requester);
CREATE INDEX ix_block_worker_id ON block (worker_id);
CREATE INDEX ix_deposit_requester ON deposit (requester);
CREATE INDEX qualification_type_by_name ON qualification_type (name);
CREATE INDEX ix_token_spent ON token (spent);
CREATE INDEX hit_by_type ON hit (hit_type, created, id) WHERE status != 'Disposed';
CREATE INDEX hit_finished ON hit (changed) WHERE status IN ('Reviewable', 'Reviewing');
CREATE INDEX hit_of_requester ON hit (requester, created, id) WHERE status != 'Disposed';
CREATE INDEX hit_offered ON hit (shuffle) WHERE status = 'Assignable';
CREATE INDEX hit_to_review ON hit (requester, expiration, id) WHERE status IN ('Reviewable', 'Reviewing');
CREATE INDEX hit_unexpired ON hit (expiration) WHERE expired IS false;
CREATE INDEX hit_unreviewed ON hit (review_due) WHERE review_due IS NOT NULL;
CREATE INDEX ix_qualification_worker_id ON qualification (worker_id);
CREATE INDEX request_by_worker ON qualification_request (worker_id, qualification_type);
CREATE INDEX request_waiting ON qualification_request (submitted, id) WHERE status = 'Pending';
CREATE INDEX ix_requirement_qualification_type ON requirement (qualification_type);
CREATE INDEX assignment_by_hit ON assignment (hit, submitted, id);
CREATE INDEX assignment_by_worker ON assignment (worker);
CREATE INDEX assignment_held ON assignment (deadline) WHERE status = 'Accepted';
CREATE UNIQUE INDEX assignment_standing ON assignment (hit, worker) WHERE ended IS NULL;
CREATE INDEX assignment_undecided ON assignment (auto_approval) WHERE status = 'Submitted';
CREATE INDEX review_by_hit ON review (hit, id);
CREATE INDEX ix_bonus_assignment ON bonus (assignment);
CREATE INDEX ix_bonus_hit ON bonus (hit);
CREATE INDEX ix_ledger_hit ON ledger (hit);
CREATE INDEX ledger_of_requester ON ledger (requester, kind);
