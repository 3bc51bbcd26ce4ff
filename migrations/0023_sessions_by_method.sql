-- Which sessions began otherwise than with a password alone, and how? Those with one need no index: they
-- are most.
CREATE INDEX sessions_by_method ON sessions (amr) WHERE amr <> 'pwd';
