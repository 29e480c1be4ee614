-- What a database administrator adds who has read how ours works: totals by day, kept by triggers, and an index of the runs of
-- one and two characters in names. Every write pays for it.

-- How many stand in a list on a day. Lists: 1 customers, 2 customers of an owner, 3 follow-ups, 4 of an employee, 5 of an event.
CREATE TABLE day_count (
    list smallint NOT NULL,
    key int NOT NULL,
    day int NOT NULL,
    n int NOT NULL
);
INSERT INTO day_count SELECT 1, 0, updated / 86400, count(*) FROM customer WHERE status = 1 GROUP BY 3;
INSERT INTO day_count SELECT 2, owner_id, updated / 86400, count(*) FROM customer WHERE status = 1 AND owner_id IS NOT NULL GROUP BY 2, 3;
INSERT INTO day_count SELECT 3, 0, at / 86400, count(*) FROM follow GROUP BY 3;
INSERT INTO day_count SELECT 4, employee_id, at / 86400, count(*) FROM follow_employee GROUP BY 2, 3;
INSERT INTO day_count SELECT 5, event, at / 86400, count(*) FROM follow GROUP BY 2, 3;
ALTER TABLE day_count ADD PRIMARY KEY (list, key, day) INCLUDE (n);

CREATE FUNCTION count_day(to_list int, to_key int, at bigint, by int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO day_count VALUES (to_list, to_key, at / 86400, by)
    ON CONFLICT (list, key, day) DO UPDATE SET n = day_count.n + by
$$;

-- Whoever has a run of one or two characters in a name, or in that of the organization.
CREATE TABLE customer_gram (
    gram text NOT NULL,
    updated bigint NOT NULL,
    customer_id int NOT NULL
);
CREATE TABLE gram_count (
    gram text NOT NULL,
    n int NOT NULL
);

CREATE FUNCTION grams(names text) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
    SELECT DISTINCT substr(names, start, length)
    FROM generate_series(1, length(names)) start, (VALUES (1), (2)) run (length)
    WHERE start + length <= length(names) + 1 AND strpos(substr(names, start, length), E'\n') = 0
$$;

INSERT INTO customer_gram
SELECT gram, c.updated, c.id
FROM customer c LEFT JOIN organization g ON g.id = c.organization_id,
    grams(c.names || E'\n' || coalesce(g.folded, '')) gram
WHERE c.status = 1;
INSERT INTO gram_count SELECT gram, count(*) FROM customer_gram GROUP BY gram;
ALTER TABLE customer_gram ADD PRIMARY KEY (gram, updated, customer_id);
ALTER TABLE gram_count ADD PRIMARY KEY (gram) INCLUDE (n);

-- Adds (1) or takes away (-1) the entries of a customer with these names.
CREATE FUNCTION index_names(customer int, at bigint, names text, by int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    -- In one order, or two writers wait for each other for ever.
    all_grams text[] := ARRAY(SELECT gram FROM grams(names) gram ORDER BY gram);
BEGIN
    IF by > 0 THEN
        INSERT INTO customer_gram SELECT unnest(all_grams), at, customer;
    ELSE
        DELETE FROM customer_gram WHERE gram = ANY (all_grams) AND updated = at AND customer_id = customer;
    END IF;
    INSERT INTO gram_count SELECT unnest(all_grams), by ON CONFLICT (gram) DO UPDATE SET n = gram_count.n + by;
END
$$;

CREATE FUNCTION names_of(c customer) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT c.names || E'\n' || coalesce((SELECT folded FROM organization WHERE id = c.organization_id), '')
$$;

CREATE FUNCTION count_customer(c customer, by int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM count_day(1, 0, c.updated, by);
    IF c.owner_id IS NOT NULL THEN
        PERFORM count_day(2, c.owner_id, c.updated, by);
    END IF;
END
$$;

CREATE FUNCTION customer_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.status = 1 THEN
        PERFORM count_customer(OLD, -1), index_names(OLD.id, OLD.updated, names_of(OLD), -1);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status = 1 THEN
        PERFORM count_customer(NEW, 1), index_names(NEW.id, NEW.updated, names_of(NEW), 1);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON customer
    FOR EACH ROW EXECUTE FUNCTION customer_changed();

-- Only what comes or goes with the name; who has it in a name of their own keeps it.
CREATE FUNCTION organization_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone text[] := ARRAY(SELECT grams(OLD.folded) EXCEPT SELECT grams(NEW.folded));
    come text[] := ARRAY(SELECT grams(NEW.folded) EXCEPT SELECT grams(OLD.folded));
BEGIN
    WITH removed AS (
        DELETE FROM customer_gram g USING customer c
        WHERE c.organization_id = NEW.id AND c.status = 1 AND g.gram = ANY (gone)
            AND g.updated = c.updated AND g.customer_id = c.id AND strpos(c.names, g.gram) = 0
        RETURNING gram),
    added AS (
        INSERT INTO customer_gram SELECT gram, c.updated, c.id FROM customer c, unnest(come) gram
        WHERE c.organization_id = NEW.id AND c.status = 1 AND strpos(c.names, gram) = 0
        RETURNING gram)
    INSERT INTO gram_count
    SELECT gram, sum(by) FROM (SELECT gram, -1 FROM removed UNION ALL SELECT gram, 1 FROM added) changed (gram, by)
    GROUP BY gram ORDER BY gram
    ON CONFLICT (gram) DO UPDATE SET n = gram_count.n + excluded.n;
    RETURN NULL;
END
$$;
CREATE TRIGGER renamed AFTER UPDATE OF folded ON organization
    FOR EACH ROW WHEN (OLD.folded <> NEW.folded) EXECUTE FUNCTION organization_renamed();

CREATE FUNCTION follow_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM count_day(3, 0, OLD.at, -1), count_day(5, OLD.event, OLD.at, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM count_day(3, 0, NEW.at, 1), count_day(5, NEW.event, NEW.at, 1);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON follow
    FOR EACH ROW EXECUTE FUNCTION follow_changed();

CREATE FUNCTION employee_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM count_day(4, OLD.employee_id, OLD.at, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM count_day(4, NEW.employee_id, NEW.at, 1);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON follow_employee
    FOR EACH ROW EXECUTE FUNCTION employee_changed();
