-- Qualification types, who holds them, messages and notifications.
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
ALTER TABLE hit_type ADD COLUMN requirements TEXT;
CREATE TABLE message (
    id INTEGER NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    sent BIGINT NOT NULL,
    PRIMARY KEY (id)
);
ALTER TABLE worker ADD COLUMN country VARCHAR(2);
ALTER TABLE worker ADD COLUMN subdivision VARCHAR(2);
ALTER TABLE worker ADD COLUMN adult BOOLEAN DEFAULT 0 NOT NULL;
ALTER TABLE worker ADD COLUMN master BOOLEAN DEFAULT 0 NOT NULL;
ALTER TABLE worker ADD COLUMN submitted_before INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE worker ADD COLUMN approved_before INTEGER DEFAULT 0 NOT NULL;
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
CREATE INDEX ix_message_worker_id ON message (worker_id);
CREATE INDEX hit_by_type ON hit (hit_type, created, id) WHERE status != 'Disposed';
CREATE INDEX qualification_type_by_name ON qualification_type (name);
CREATE INDEX assignment_by_worker ON assignment (worker);
CREATE INDEX ix_qualification_worker_id ON qualification (worker_id);
CREATE INDEX request_by_worker ON qualification_request (worker_id, qualification_type);
CREATE INDEX request_waiting ON qualification_request (submitted, id) WHERE status = 'Pending';
CREATE INDEX ix_requirement_qualification_type ON requirement (qualification_type);
INSERT INTO qualification_type (qualification_type_id, system, name, description, status, auto_granted) VALUES
    ('00000000000000000040', 1, 'Worker_NumberHITsApproved', 'How many assignments of the worker were approved', 'Active', 0),
    ('00000000000000000071', 1, 'Worker_Locale', 'The country, and within the US the state, that the worker lives in', 'Active', 0),
    ('00000000000000000060', 1, 'Worker_Adult', '1 for a worker who may see what is for adults only, else 0', 'Active', 0),
    ('000000000000000000L0', 1, 'Worker_PercentAssignmentsApproved', 'How many of 100 submitted assignments were approved; 100 until the worker submitted 100', 'Active', 0),
    ('2F1QJWKUDD8XADTFD2Q0G6UTO95ALH', 1, 'Masters', 'Workers who have done good work for long', 'Active', 0),
    ('2ARFPLSP75KLA8M8DH1HTEQVJT3SY6', 1, 'Masters', 'Workers who have done good work for long', 'Active', 0);
