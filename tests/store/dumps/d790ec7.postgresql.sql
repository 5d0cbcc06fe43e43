--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: kling_lines; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.kling_lines (
    service text NOT NULL,
    account text NOT NULL,
    held_until double precision,
    error text
);


--
-- Name: kling_orders; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.kling_orders (
    service text NOT NULL,
    id text NOT NULL,
    person text NOT NULL,
    batch text NOT NULL,
    title text NOT NULL,
    kind text NOT NULL,
    account text NOT NULL,
    body text NOT NULL,
    files text NOT NULL,
    addresses text NOT NULL,
    home text,
    worker text,
    step text NOT NULL,
    run integer NOT NULL,
    tries integer NOT NULL,
    likeness text NOT NULL,
    max_jobs integer,
    placed_at double precision NOT NULL,
    began_at double precision,
    not_before double precision,
    sent_at double precision,
    unsure_at double precision,
    was_silent boolean NOT NULL,
    accepted_at double precision,
    ended_at double precision,
    since bigint,
    task_id bigint,
    task text,
    error text,
    seen text,
    balance_at double precision,
    balance double precision,
    cost double precision,
    cost_is_exact boolean NOT NULL
);


--
-- Name: kling_workers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.kling_workers (
    service text NOT NULL,
    id text NOT NULL,
    seen_at double precision NOT NULL
);


--
-- Data for Name: kling_lines; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.kling_lines VALUES ('https://api.useapi.net/v1/kling', 'team@example.com', 1790000060.25, '{"kind": "AccountBroken"}');
INSERT INTO public.kling_lines VALUES ('practice', 'team@example.com', 1790000060.25, '{"kind": "AccountBroken"}');


--
-- Data for Name: kling_orders; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.kling_orders VALUES ('https://api.useapi.net/v1/kling', 'order 1', 'Ann 1 Größe', '', 'It''s “waiting”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'waiting', 1, 1, '', 5, 1790000001.25, NULL, NULL, NULL, NULL, false, NULL, NULL, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('https://api.useapi.net/v1/kling', 'order 2', 'Ann 0 Größe', '', 'It''s “picture”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'picture', 2, 2, '', 5, 1790000002.25, NULL, NULL, NULL, NULL, true, NULL, NULL, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('https://api.useapi.net/v1/kling', 'order 3', 'Ann 1 Größe', '', 'It''s “video”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'video', 0, 3, '', 5, 1790000003.25, NULL, NULL, NULL, NULL, false, NULL, NULL, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('https://api.useapi.net/v1/kling', 'order 4', 'Ann 0 Größe', '', 'It''s “cover”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'cover', 1, 4, '', 5, 1790000004.25, NULL, NULL, NULL, NULL, true, NULL, NULL, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('https://api.useapi.net/v1/kling', 'order 5', 'Ann 1 Größe', '', 'It''s “ready”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'ready', 2, 5, '', 5, 1790000005.25, NULL, NULL, NULL, NULL, false, NULL, NULL, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('https://api.useapi.net/v1/kling', 'order 6', 'Ann 0 Größe', '', 'It''s “request”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'request', 0, 6, '', 5, 1790000006.25, NULL, NULL, NULL, NULL, true, NULL, NULL, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('https://api.useapi.net/v1/kling', 'order 7', 'Ann 1 Größe', '', 'It''s “looking”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'looking', 1, 7, '', 5, 1790000007.25, NULL, NULL, NULL, NULL, false, NULL, NULL, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('https://api.useapi.net/v1/kling', 'order 8', 'Ann 0 Größe', '', 'It''s “accepted”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'accepted', 2, 8, '', 5, 1790000008.25, NULL, NULL, NULL, NULL, true, NULL, NULL, 1790000000123, 1152921504606846984, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('https://api.useapi.net/v1/kling', 'order 9', 'Ann 1 Größe', '', 'It''s “done”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'done', 0, 9, '', 5, 1790000009.25, NULL, NULL, NULL, NULL, false, NULL, 1790000100.25, 1790000000123, 1152921504606846985, NULL, NULL, NULL, NULL, NULL, 20.5, true);
INSERT INTO public.kling_orders VALUES ('https://api.useapi.net/v1/kling', 'order 10', 'Ann 0 Größe', '', 'It''s “failed”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'failed', 1, 10, '', 5, 1790000010.25, NULL, NULL, NULL, NULL, true, NULL, 1790000100.25, 1790000000123, 1152921504606846986, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('https://api.useapi.net/v1/kling', 'order 11', 'Ann 1 Größe', '', 'It''s “gone”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'gone', 2, 11, '', 5, 1790000011.25, NULL, NULL, NULL, NULL, false, NULL, 1790000100.25, 1790000000123, 1152921504606846987, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('https://api.useapi.net/v1/kling', 'order 12', 'Ann 0 Größe', '', 'It''s “refused”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'refused', 0, 12, '', 5, 1790000012.25, NULL, NULL, NULL, NULL, true, NULL, 1790000100.25, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('https://api.useapi.net/v1/kling', 'order 13', 'Ann 1 Größe', '', 'It''s “unknown”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'unknown', 1, 13, '', 5, 1790000013.25, NULL, NULL, NULL, NULL, false, NULL, 1790000100.25, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('https://api.useapi.net/v1/kling', 'order 14', 'Ann 0 Größe', '', 'It''s “cancelled”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'cancelled', 2, 14, '', 5, 1790000014.25, NULL, NULL, NULL, NULL, true, NULL, 1790000100.25, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('practice', 'order 1', 'Ann 1 Größe', '', 'It''s “waiting”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'waiting', 1, 1, '', 5, 1790000001.25, NULL, NULL, NULL, NULL, false, NULL, NULL, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('practice', 'order 2', 'Ann 0 Größe', '', 'It''s “picture”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'picture', 2, 2, '', 5, 1790000002.25, NULL, NULL, NULL, NULL, true, NULL, NULL, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('practice', 'order 3', 'Ann 1 Größe', '', 'It''s “video”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'video', 0, 3, '', 5, 1790000003.25, NULL, NULL, NULL, NULL, false, NULL, NULL, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('practice', 'order 4', 'Ann 0 Größe', '', 'It''s “cover”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'cover', 1, 4, '', 5, 1790000004.25, NULL, NULL, NULL, NULL, true, NULL, NULL, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('practice', 'order 5', 'Ann 1 Größe', '', 'It''s “ready”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'ready', 2, 5, '', 5, 1790000005.25, NULL, NULL, NULL, NULL, false, NULL, NULL, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('practice', 'order 6', 'Ann 0 Größe', '', 'It''s “request”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'request', 0, 6, '', 5, 1790000006.25, NULL, NULL, NULL, NULL, true, NULL, NULL, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('practice', 'order 7', 'Ann 1 Größe', '', 'It''s “looking”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'looking', 1, 7, '', 5, 1790000007.25, NULL, NULL, NULL, NULL, false, NULL, NULL, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('practice', 'order 8', 'Ann 0 Größe', '', 'It''s “accepted”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'accepted', 2, 8, '', 5, 1790000008.25, NULL, NULL, NULL, NULL, true, NULL, NULL, 1790000000123, 1152921504606846984, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('practice', 'order 9', 'Ann 1 Größe', '', 'It''s “done”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'done', 0, 9, '', 5, 1790000009.25, NULL, NULL, NULL, NULL, false, NULL, 1790000100.25, 1790000000123, 1152921504606846985, NULL, NULL, NULL, NULL, NULL, 20.5, true);
INSERT INTO public.kling_orders VALUES ('practice', 'order 10', 'Ann 0 Größe', '', 'It''s “failed”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'failed', 1, 10, '', 5, 1790000010.25, NULL, NULL, NULL, NULL, true, NULL, 1790000100.25, 1790000000123, 1152921504606846986, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('practice', 'order 11', 'Ann 1 Größe', '', 'It''s “gone”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'gone', 2, 11, '', 5, 1790000011.25, NULL, NULL, NULL, NULL, false, NULL, 1790000100.25, 1790000000123, 1152921504606846987, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('practice', 'order 12', 'Ann 0 Größe', '', 'It''s “refused”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'refused', 0, 12, '', 5, 1790000012.25, NULL, NULL, NULL, NULL, true, NULL, 1790000100.25, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('practice', 'order 13', 'Ann 1 Größe', '', 'It''s “unknown”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'unknown', 1, 13, '', 5, 1790000013.25, NULL, NULL, NULL, NULL, false, NULL, 1790000100.25, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);
INSERT INTO public.kling_orders VALUES ('practice', 'order 14', 'Ann 0 Größe', '', 'It''s “cancelled”; 100 %
next line', 'video', 'team@example.com', '{"prompt": "two ''quotes''", "workId": 9007199254740993}', '{}', '{}', NULL, NULL, 'cancelled', 2, 14, '', 5, 1790000014.25, NULL, NULL, NULL, NULL, true, NULL, 1790000100.25, 1790000000123, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false);


--
-- Data for Name: kling_workers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.kling_workers VALUES ('https://api.useapi.net/v1/kling', 'worker-1', 1790000000.25);
INSERT INTO public.kling_workers VALUES ('practice', 'worker-1', 1790000000.25);


--
-- Name: kling_lines kling_lines_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.kling_lines
    ADD CONSTRAINT kling_lines_pkey PRIMARY KEY (service, account);


--
-- Name: kling_orders kling_orders_one_holder; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.kling_orders
    ADD CONSTRAINT kling_orders_one_holder UNIQUE (service, task_id);


--
-- Name: kling_orders kling_orders_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.kling_orders
    ADD CONSTRAINT kling_orders_pkey PRIMARY KEY (service, id);


--
-- Name: kling_workers kling_workers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.kling_workers
    ADD CONSTRAINT kling_workers_pkey PRIMARY KEY (service, id);


--
-- Name: kling_orders_by_person; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX kling_orders_by_person ON public.kling_orders USING btree (service, person);


--
-- Name: kling_orders_by_step; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX kling_orders_by_step ON public.kling_orders USING btree (service, step);


--
-- PostgreSQL database dump complete
--


