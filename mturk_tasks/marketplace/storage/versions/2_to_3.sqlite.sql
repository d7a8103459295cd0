-- Review policies and what they did.
ALTER TABLE hit ADD COLUMN review_policies TEXT;
ALTER TABLE hit ADD COLUMN review_due BIGINT;
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
CREATE INDEX hit_unreviewed ON hit (review_due) WHERE review_due IS NOT NULL;
CREATE INDEX review_by_hit ON review (hit, id);
