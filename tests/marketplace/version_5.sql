-- A sandbox of version 5: as version 4, and AW1 may sign in.
BEGIN TRANSACTION;
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
CREATE TABLE account (
    id INTEGER NOT NULL,
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
INSERT INTO "account" VALUES(1,'one','AW1','',1772366400000,0);
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
INSERT INTO "assignment" VALUES(1,'3547HP3816MJ2E9LANX66KJLQC8PO9',1,'AW1','Submitted',1772366400000,1772367000000,NULL,1772366400000,1774958400000,NULL,NULL,'<?xml version="1.0" encoding="UTF-8"?><QuestionFormAnswers xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2005-10-01/QuestionFormAnswers.xsd"><Answer><QuestionIdentifier>colour</QuestionIdentifier><FreeText>green</FreeText></Answer></QuestionFormAnswers>',NULL);
CREATE TABLE attempt (
    id INTEGER NOT NULL,
    subject VARCHAR(64) NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE block (
    id INTEGER NOT NULL,
    requester INTEGER NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (requester, worker_id),
    FOREIGN KEY(requester) REFERENCES requester (id)
);
INSERT INTO "block" VALUES(1,1,'AW9','why');
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
CREATE TABLE deposit (
    id INTEGER NOT NULL,
    requester INTEGER NOT NULL,
    time BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(requester) REFERENCES requester (id)
);
CREATE TABLE draft (
    hit INTEGER NOT NULL,
    worker VARCHAR(64) NOT NULL,
    assignment INTEGER NOT NULL,
    answers TEXT NOT NULL,
    saved BIGINT NOT NULL,
    PRIMARY KEY (hit, worker),
    FOREIGN KEY(hit) REFERENCES hit (id),
    FOREIGN KEY(worker) REFERENCES worker (worker_id),
    FOREIGN KEY(assignment) REFERENCES assignment (id)
);
CREATE TABLE event (
    id INTEGER NOT NULL,
    requester INTEGER,
    kind VARCHAR(32) NOT NULL,
    time BIGINT NOT NULL,
    destination TEXT NOT NULL,
    hit_type_id VARCHAR(64),
    hit_id VARCHAR(64),
    assignment_id VARCHAR(64),
    PRIMARY KEY (id),
    FOREIGN KEY(requester) REFERENCES requester (id)
);
CREATE TABLE hit (
    id INTEGER NOT NULL,
    requester INTEGER,
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
    review_policies TEXT,
    review_due BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY(requester) REFERENCES requester (id),
    UNIQUE (hit_id),
    FOREIGN KEY(hit_type) REFERENCES hit_type (id),
    FOREIGN KEY(question) REFERENCES question (digest)
);
INSERT INTO "hit" VALUES(1,1,'3J9DIBJ08FA88T6AFW0NHZHQZTL58I',1,'abe96eec96135976da05176bd6b6683bbc246bb42f1c222b8eab90e8080ba545',NULL,1772366400000,1772370000000,0,'Assignable',1772366400000,3,3,2,0,0,1,1072661635,NULL,NULL);
CREATE TABLE hit_type (
    id INTEGER NOT NULL,
    requester INTEGER,
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
INSERT INTO "hit_type" VALUES(1,1,'3FZUJJ2MESDG4W1G5LI5U9NY8VJYWN','32PRH5MK5MEXS9VKUK9P437CJMMCK0','4aeeaa8fd3cfcb8489b85a355e0124de40ecb32b6c2a987e3a0c73c1a9799e12','Name a colour','One picture, one word',NULL,5,600,2592000,NULL);
CREATE TABLE invitation (
    digest VARCHAR(64) NOT NULL,
    worker_id VARCHAR(64),
    created BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    used BIGINT,
    PRIMARY KEY (digest)
);
INSERT INTO "invitation" VALUES('d1','AW9',1772366400000,1772970000000,NULL);
CREATE TABLE late_answer (
    assignment INTEGER NOT NULL,
    answer TEXT NOT NULL,
    received BIGINT NOT NULL,
    accepted BIGINT,
    PRIMARY KEY (assignment),
    FOREIGN KEY(assignment) REFERENCES assignment (id)
);
CREATE TABLE ledger (
    id INTEGER NOT NULL,
    requester INTEGER,
    time BIGINT NOT NULL,
    kind VARCHAR(16) NOT NULL,
    amount BIGINT NOT NULL,
    hit INTEGER NOT NULL,
    assignment INTEGER,
    worker VARCHAR(64),
    PRIMARY KEY (id),
    FOREIGN KEY(requester) REFERENCES requester (id),
    FOREIGN KEY(hit) REFERENCES hit (id),
    FOREIGN KEY(assignment) REFERENCES assignment (id),
    FOREIGN KEY(worker) REFERENCES worker (worker_id)
);
INSERT INTO "ledger" VALUES(1,1,1772366400000,'hold',18,1,NULL,NULL);
CREATE TABLE message (
    id INTEGER NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    sent BIGINT NOT NULL,
    PRIMARY KEY (id)
);
INSERT INTO "message" VALUES(1,'AW1','You have the qualification Trees','Your score is 5.',1772366400000);
CREATE TABLE meta (
    version INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    play BOOLEAN DEFAULT 1 NOT NULL,
    address TEXT
);
INSERT INTO "meta" VALUES(5,0,1,'http://127.0.0.1:8017');
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
INSERT INTO "qualification" VALUES(1,7,'AW1',5,'Granted',1772366400000);
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
CREATE TABLE qualification_type (
    id INTEGER NOT NULL,
    requester INTEGER,
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
INSERT INTO "qualification_type" VALUES(1,NULL,'00000000000000000040',1,'Worker_NumberHITsApproved','How many assignments of the worker were approved',NULL,'Active',NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "qualification_type" VALUES(2,NULL,'00000000000000000071',1,'Worker_Locale','The country, and within the US the state, that the worker lives in',NULL,'Active',NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "qualification_type" VALUES(3,NULL,'00000000000000000060',1,'Worker_Adult','1 for a worker who may see what is for adults only, else 0',NULL,'Active',NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "qualification_type" VALUES(4,NULL,'000000000000000000L0',1,'Worker_PercentAssignmentsApproved','How many of 100 submitted assignments were approved; 100 until the worker submitted 100',NULL,'Active',NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "qualification_type" VALUES(5,NULL,'2F1QJWKUDD8XADTFD2Q0G6UTO95ALH',1,'Masters','Workers who have done good work for long',NULL,'Active',NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "qualification_type" VALUES(6,NULL,'2ARFPLSP75KLA8M8DH1HTEQVJT3SY6',1,'Masters','Workers who have done good work for long',NULL,'Active',NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "qualification_type" VALUES(7,1,'3JA5N2CJGQX8Y9BTL1OJMA6G8UDZ1Z',0,'Trees','d',NULL,'Active',1772366400000,NULL,NULL,NULL,NULL,0,NULL);
CREATE TABLE question (
    digest VARCHAR(64) NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (digest)
);
INSERT INTO "question" VALUES('abe96eec96135976da05176bd6b6683bbc246bb42f1c222b8eab90e8080ba545','<HTMLQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2011-11-11/HTMLQuestion.xsd"><HTMLContent><![CDATA[<!DOCTYPE html><html><body><form><input name="colour"></form></body></html>]]></HTMLContent><FrameHeight>400</FrameHeight></HTMLQuestion>');
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
INSERT INTO "requester" VALUES(1,'ASANDBOX','sandbox',0,0,0);
CREATE TABLE requirement (
    hit_type INTEGER NOT NULL,
    qualification_type INTEGER NOT NULL,
    PRIMARY KEY (hit_type, qualification_type),
    FOREIGN KEY(hit_type) REFERENCES hit_type (id),
    FOREIGN KEY(qualification_type) REFERENCES qualification_type (id)
);
CREATE TABLE review (
    id INTEGER NOT NULL,
    hit INTEGER NOT NULL,
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
    "key" VARCHAR(64),
    value TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(hit) REFERENCES hit (id)
);
CREATE TABLE session (
    digest VARCHAR(64) NOT NULL,
    account INTEGER NOT NULL,
    began BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    PRIMARY KEY (digest),
    FOREIGN KEY(account) REFERENCES account (id)
);
CREATE TABLE test_draft (
    qualification_type INTEGER NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    answers TEXT NOT NULL,
    saved BIGINT NOT NULL,
    PRIMARY KEY (qualification_type, worker_id),
    FOREIGN KEY(qualification_type) REFERENCES qualification_type (id)
);
CREATE TABLE token (
    requester INTEGER NOT NULL,
    operation VARCHAR(64) NOT NULL,
    token VARCHAR(64) NOT NULL,
    spent BIGINT NOT NULL,
    hit_id VARCHAR(64),
    PRIMARY KEY (requester, operation, token),
    FOREIGN KEY(requester) REFERENCES requester (id)
);
INSERT INTO "token" VALUES(1,'CreateHIT','spent',1772366400000,'3J9DIBJ08FA88T6AFW0NHZHQZTL58I');
CREATE TABLE uploaded_file (
    id INTEGER NOT NULL,
    file_id VARCHAR(64) NOT NULL,
    hit INTEGER NOT NULL,
    worker VARCHAR(64) NOT NULL,
    assignment INTEGER NOT NULL,
    question TEXT NOT NULL,
    name TEXT NOT NULL,
    claimed_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    received BIGINT NOT NULL,
    secret VARCHAR(64) NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (assignment, question),
    UNIQUE (file_id),
    FOREIGN KEY(hit) REFERENCES hit (id),
    FOREIGN KEY(worker) REFERENCES worker (worker_id),
    FOREIGN KEY(assignment) REFERENCES assignment (id)
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
    tests_for INTEGER,
    PRIMARY KEY (worker_id),
    FOREIGN KEY(tests_for) REFERENCES requester (id)
);
INSERT INTO "worker" VALUES('AW1',0,1772366400000,NULL,NULL,0,0,0,0,NULL);
CREATE INDEX ix_attempt_time ON attempt (time);
CREATE INDEX attempt_by_subject ON attempt (subject, time);
CREATE INDEX ix_message_worker_id ON message (worker_id);
CREATE INDEX ix_access_key_requester ON access_key (requester);
CREATE INDEX ix_deposit_requester ON deposit (requester);
CREATE INDEX ix_block_worker_id ON block (worker_id);
CREATE INDEX ix_token_spent ON token (spent);
CREATE INDEX qualification_type_by_name ON qualification_type (name);
CREATE INDEX hit_unreviewed ON hit (review_due) WHERE review_due IS NOT NULL;
CREATE INDEX hit_unexpired ON hit (expiration) WHERE expired IS 0;
CREATE INDEX hit_by_type ON hit (hit_type, created, id) WHERE status != 'Disposed';
CREATE INDEX hit_of_requester ON hit (requester, created, id) WHERE status != 'Disposed';
CREATE INDEX hit_to_review ON hit (requester, expiration, id) WHERE status IN ('Reviewable', 'Reviewing');
CREATE INDEX hit_offered ON hit (shuffle) WHERE status = 'Assignable';
CREATE INDEX hit_finished ON hit (changed) WHERE status IN ('Reviewable', 'Reviewing');
CREATE INDEX ix_requirement_qualification_type ON requirement (qualification_type);
CREATE INDEX ix_qualification_worker_id ON qualification (worker_id);
CREATE INDEX request_by_worker ON qualification_request (worker_id, qualification_type);
CREATE INDEX request_waiting ON qualification_request (submitted, id) WHERE status = 'Pending';
CREATE INDEX assignment_held ON assignment (deadline) WHERE status = 'Accepted';
CREATE UNIQUE INDEX assignment_standing ON assignment (hit, worker) WHERE ended IS NULL;
CREATE INDEX assignment_by_hit ON assignment (hit, submitted, id);
CREATE INDEX assignment_by_worker ON assignment (worker);
CREATE INDEX assignment_undecided ON assignment (auto_approval) WHERE status = 'Submitted';
CREATE INDEX ix_session_ends ON session (ends);
CREATE INDEX ix_session_account ON session (account);
CREATE INDEX review_by_hit ON review (hit, id);
CREATE INDEX ix_bonus_hit ON bonus (hit);
CREATE INDEX ix_bonus_assignment ON bonus (assignment);
CREATE INDEX ix_ledger_hit ON ledger (hit);
CREATE INDEX ledger_of_requester ON ledger (requester, kind);
CREATE INDEX uploaded_file_by_hit ON uploaded_file (hit, worker);
COMMIT;
