BEGIN TRANSACTION;
CREATE TABLE kling_lines (
	service TEXT NOT NULL, 
	account TEXT NOT NULL, 
	held_until DOUBLE, 
	error TEXT, 
	PRIMARY KEY (service, account)
);
INSERT INTO "kling_lines" VALUES('https://api.useapi.net/v1/kling','team@example.com',1790000060.25,'{"kind": "AccountBroken"}');
INSERT INTO "kling_lines" VALUES('practice','team@example.com',1790000060.25,'{"kind": "AccountBroken"}');
CREATE TABLE kling_orders (
	service TEXT NOT NULL, 
	id TEXT NOT NULL, 
	person TEXT NOT NULL, 
	batch TEXT NOT NULL, 
	title TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	account TEXT NOT NULL, 
	body TEXT NOT NULL, 
	files TEXT NOT NULL, 
	addresses TEXT NOT NULL, 
	home TEXT, 
	worker TEXT, 
	step TEXT NOT NULL, 
	run INTEGER NOT NULL, 
	tries INTEGER NOT NULL, 
	likeness TEXT NOT NULL, 
	max_jobs INTEGER, 
	placed_at DOUBLE NOT NULL, 
	began_at DOUBLE, 
	not_before DOUBLE, 
	sent_at DOUBLE, 
	unsure_at DOUBLE, 
	was_silent BOOLEAN NOT NULL, 
	accepted_at DOUBLE, 
	ended_at DOUBLE, 
	since BIGINT, 
	task_id BIGINT, 
	task TEXT, 
	error TEXT, 
	seen TEXT, 
	balance_at DOUBLE, 
	balance DOUBLE, 
	cost DOUBLE, 
	cost_is_exact BOOLEAN NOT NULL, 
	PRIMARY KEY (service, id), 
	CONSTRAINT kling_orders_one_holder UNIQUE (service, task_id)
);
INSERT INTO "kling_orders" VALUES('https://api.useapi.net/v1/kling','order 1','Ann 1 Größe','','It''s “waiting”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'waiting',1,1,'',5,1790000001.25,NULL,NULL,NULL,NULL,0,NULL,NULL,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('https://api.useapi.net/v1/kling','order 2','Ann 0 Größe','','It''s “picture”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'picture',2,2,'',5,1790000002.25,NULL,NULL,NULL,NULL,1,NULL,NULL,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('https://api.useapi.net/v1/kling','order 3','Ann 1 Größe','','It''s “video”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'video',0,3,'',5,1790000003.25,NULL,NULL,NULL,NULL,0,NULL,NULL,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('https://api.useapi.net/v1/kling','order 4','Ann 0 Größe','','It''s “cover”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'cover',1,4,'',5,1790000004.25,NULL,NULL,NULL,NULL,1,NULL,NULL,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('https://api.useapi.net/v1/kling','order 5','Ann 1 Größe','','It''s “ready”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'ready',2,5,'',5,1790000005.25,NULL,NULL,NULL,NULL,0,NULL,NULL,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('https://api.useapi.net/v1/kling','order 6','Ann 0 Größe','','It''s “request”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'request',0,6,'',5,1790000006.25,NULL,NULL,NULL,NULL,1,NULL,NULL,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('https://api.useapi.net/v1/kling','order 7','Ann 1 Größe','','It''s “looking”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'looking',1,7,'',5,1790000007.25,NULL,NULL,NULL,NULL,0,NULL,NULL,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('https://api.useapi.net/v1/kling','order 8','Ann 0 Größe','','It''s “accepted”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'accepted',2,8,'',5,1790000008.25,NULL,NULL,NULL,NULL,1,NULL,NULL,1790000000123,1152921504606846984,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('https://api.useapi.net/v1/kling','order 9','Ann 1 Größe','','It''s “done”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'done',0,9,'',5,1790000009.25,NULL,NULL,NULL,NULL,0,NULL,1790000100.25,1790000000123,1152921504606846985,NULL,NULL,NULL,NULL,NULL,20.5,1);
INSERT INTO "kling_orders" VALUES('https://api.useapi.net/v1/kling','order 10','Ann 0 Größe','','It''s “failed”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'failed',1,10,'',5,1790000010.25,NULL,NULL,NULL,NULL,1,NULL,1790000100.25,1790000000123,1152921504606846986,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('https://api.useapi.net/v1/kling','order 11','Ann 1 Größe','','It''s “gone”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'gone',2,11,'',5,1790000011.25,NULL,NULL,NULL,NULL,0,NULL,1790000100.25,1790000000123,1152921504606846987,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('https://api.useapi.net/v1/kling','order 12','Ann 0 Größe','','It''s “refused”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'refused',0,12,'',5,1790000012.25,NULL,NULL,NULL,NULL,1,NULL,1790000100.25,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('https://api.useapi.net/v1/kling','order 13','Ann 1 Größe','','It''s “unknown”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'unknown',1,13,'',5,1790000013.25,NULL,NULL,NULL,NULL,0,NULL,1790000100.25,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('https://api.useapi.net/v1/kling','order 14','Ann 0 Größe','','It''s “cancelled”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'cancelled',2,14,'',5,1790000014.25,NULL,NULL,NULL,NULL,1,NULL,1790000100.25,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('practice','order 1','Ann 1 Größe','','It''s “waiting”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'waiting',1,1,'',5,1790000001.25,NULL,NULL,NULL,NULL,0,NULL,NULL,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('practice','order 2','Ann 0 Größe','','It''s “picture”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'picture',2,2,'',5,1790000002.25,NULL,NULL,NULL,NULL,1,NULL,NULL,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('practice','order 3','Ann 1 Größe','','It''s “video”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'video',0,3,'',5,1790000003.25,NULL,NULL,NULL,NULL,0,NULL,NULL,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('practice','order 4','Ann 0 Größe','','It''s “cover”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'cover',1,4,'',5,1790000004.25,NULL,NULL,NULL,NULL,1,NULL,NULL,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('practice','order 5','Ann 1 Größe','','It''s “ready”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'ready',2,5,'',5,1790000005.25,NULL,NULL,NULL,NULL,0,NULL,NULL,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('practice','order 6','Ann 0 Größe','','It''s “request”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'request',0,6,'',5,1790000006.25,NULL,NULL,NULL,NULL,1,NULL,NULL,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('practice','order 7','Ann 1 Größe','','It''s “looking”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'looking',1,7,'',5,1790000007.25,NULL,NULL,NULL,NULL,0,NULL,NULL,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('practice','order 8','Ann 0 Größe','','It''s “accepted”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'accepted',2,8,'',5,1790000008.25,NULL,NULL,NULL,NULL,1,NULL,NULL,1790000000123,1152921504606846984,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('practice','order 9','Ann 1 Größe','','It''s “done”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'done',0,9,'',5,1790000009.25,NULL,NULL,NULL,NULL,0,NULL,1790000100.25,1790000000123,1152921504606846985,NULL,NULL,NULL,NULL,NULL,20.5,1);
INSERT INTO "kling_orders" VALUES('practice','order 10','Ann 0 Größe','','It''s “failed”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'failed',1,10,'',5,1790000010.25,NULL,NULL,NULL,NULL,1,NULL,1790000100.25,1790000000123,1152921504606846986,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('practice','order 11','Ann 1 Größe','','It''s “gone”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'gone',2,11,'',5,1790000011.25,NULL,NULL,NULL,NULL,0,NULL,1790000100.25,1790000000123,1152921504606846987,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('practice','order 12','Ann 0 Größe','','It''s “refused”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'refused',0,12,'',5,1790000012.25,NULL,NULL,NULL,NULL,1,NULL,1790000100.25,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('practice','order 13','Ann 1 Größe','','It''s “unknown”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'unknown',1,13,'',5,1790000013.25,NULL,NULL,NULL,NULL,0,NULL,1790000100.25,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "kling_orders" VALUES('practice','order 14','Ann 0 Größe','','It''s “cancelled”; 100 %
next line','video','team@example.com','{"prompt": "two ''quotes''", "workId": 9007199254740993}','{}','{}',NULL,NULL,'cancelled',2,14,'',5,1790000014.25,NULL,NULL,NULL,NULL,1,NULL,1790000100.25,1790000000123,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
CREATE TABLE kling_workers (
	service TEXT NOT NULL, 
	id TEXT NOT NULL, 
	seen_at DOUBLE NOT NULL, 
	PRIMARY KEY (service, id)
);
INSERT INTO "kling_workers" VALUES('https://api.useapi.net/v1/kling','worker-1',1790000000.25);
INSERT INTO "kling_workers" VALUES('practice','worker-1',1790000000.25);
CREATE INDEX kling_orders_by_person ON kling_orders (service, person);
CREATE INDEX kling_orders_by_step ON kling_orders (service, step);
COMMIT;
