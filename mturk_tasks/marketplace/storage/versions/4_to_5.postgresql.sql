-- Drafts, late answers, files, and the worker site's accounts.
CREATE TABLE attempt (
    id BIGSERIAL NOT NULL,
    subject VARCHAR(64) NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE invitation (
    digest VARCHAR(64) NOT NULL,
    worker_id VARCHAR(64),
    created BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    used BIGINT,
    PRIMARY KEY (digest)
);
ALTER TABLE meta ADD COLUMN address TEXT;
ALTER TABLE worker ADD COLUMN tests_for BIGINT REFERENCES requester (id);
CREATE TABLE account (
    id BIGSERIAL NOT NULL,
    name VARCHAR(64) NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    password TEXT NOT NULL,
    created BIGINT NOT NULL,
    disabled BOOLEAN NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name),
    UNIQUE (worker_id),
    FOREIGN KEY(worker_id) REFERENCES worker (worker_id)
);
CREATE TABLE test_draft (
    qualification_type BIGINT NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    answers TEXT NOT NULL,
    saved BIGINT NOT NULL,
    PRIMARY KEY (qualification_type, worker_id),
    FOREIGN KEY(qualification_type) REFERENCES qualification_type (id)
);
CREATE TABLE session (
    digest VARCHAR(64) NOT NULL,
    account BIGINT NOT NULL,
    began BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    PRIMARY KEY (digest),
    FOREIGN KEY(account) REFERENCES account (id)
);
CREATE TABLE draft (
    hit BIGINT NOT NULL,
    worker VARCHAR(64) NOT NULL,
    assignment BIGINT NOT NULL,
    answers TEXT NOT NULL,
    saved BIGINT NOT NULL,
    PRIMARY KEY (hit, worker),
    FOREIGN KEY(hit) REFERENCES hit (id),
    FOREIGN KEY(worker) REFERENCES worker (worker_id),
    FOREIGN KEY(assignment) REFERENCES assignment (id)
);
CREATE TABLE late_answer (
    assignment BIGINT NOT NULL,
    answer TEXT NOT NULL,
    received BIGINT NOT NULL,
    accepted BIGINT,
    PRIMARY KEY (assignment),
    FOREIGN KEY(assignment) REFERENCES assignment (id)
);
CREATE TABLE uploaded_file (
    id BIGSERIAL NOT NULL,
    file_id VARCHAR(64) NOT NULL,
    hit BIGINT NOT NULL,
    worker VARCHAR(64) NOT NULL,
    assignment BIGINT NOT NULL,
    question TEXT NOT NULL,
    name TEXT NOT NULL,
    claimed_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    received BIGINT NOT NULL,
    secret VARCHAR(64) NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (assignment, question),
    UNIQUE (file_id),
    FOREIGN KEY(hit) REFERENCES hit (id),
    FOREIGN KEY(worker) REFERENCES worker (worker_id),
    FOREIGN KEY(assignment) REFERENCES assignment (id)
);
CREATE INDEX attempt_by_subject ON attempt (subject, time);
CREATE INDEX ix_attempt_time ON attempt (time);
CREATE INDEX ix_session_account ON session (account);
CREATE INDEX ix_session_ends ON session (ends);
CREATE INDEX uploaded_file_by_hit ON uploaded_file (hit, worker);
