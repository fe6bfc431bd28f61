/*
 * scan_stage_test.c - stages of a scan, called one by one: what they make of rows that a damaged
 * process has left, and of a machine in trouble.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "scratch_folder.h"
#include "workload/scan.h"
#include "workload/scan_worker.h"

enum { SLOT_BYTES = 16 << 20 };

/* A worker of the library "." in a folder of its own, an item of one file, and its slot. */
struct bench {
	char folder[SCRATCH_FOLDER_BYTES];
	struct workload_config config;
	const char *inputs[1];
	struct slot_memory memory;
	struct scan_item item;
	struct scan_known known;
	unsigned char payload[WORK_PAYLOAD_BYTES];
	struct work work;
	struct scan_worker *worker;
};

static int setup(void **state)
{
	struct bench *bench = mem_calloc(1, sizeof *bench);
	struct err err;
	void *worker;

	*state = bench;
	if (scratch_folder_enter(bench->folder) != 0)
		return -1;
	bench->inputs[0] = ".";
	bench->config = (struct workload_config){
		.inputs = bench->inputs, .ninputs = 1, .output = "catalogue", .started_ns = 1};
	bench->memory = (struct slot_memory){.base = mmap(NULL, SLOT_BYTES, PROT_READ | PROT_WRITE,
							  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
					     .size = SLOT_BYTES,
					     .shares = scan_region_shares};
	if (bench->memory.base == MAP_FAILED ||
	    scan_workload.worker_open(&bench->config, &worker, &err) != 0)
		return -1;
	bench->worker = worker;
	bench->work = (struct work){.config = &bench->config,
				    .state = worker,
				    .name = "a.jpg",
				    .payload = bench->payload,
				    .memory = &bench->memory,
				    .attempt = 1};
	bench->item =
		(struct scan_item){.dir = "", .title = "", .file = {{.name = "a.jpg"}}, .count = 1};
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;
	int rc;

	scan_workload.worker_close(bench->worker);
	munmap(bench->memory.base, SLOT_BYTES);
	rc = scratch_folder_leave(bench->folder);
	free(bench);
	return rc;
}

static void pack(struct bench *bench)
{
	bench->work.payload_length = scan_item_pack(&bench->item, bench->payload);
	assert_true(bench->work.payload_length != 0);
}

/* The item's rows as the stages before the last leave them. */
static struct scan_batch *rows_for_store(struct bench *bench)
{
	struct err err;
	struct scan_batch *batch;

	pack(bench);
	batch = scan_batch_new(&bench->work, bench->item.count, &err);
	assert_non_null(batch);
	batch->next_stage = SCAN_STORE;
	return batch;
}

/* The first column of the first row of a query, as a number. */
static int64_t ask(const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *rows = NULL;
	int64_t number;

	assert_int_equal(sqlite3_open("catalogue", &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(rows), SQLITE_ROW);
	number = sqlite3_column_int64(rows, 0);
	sqlite3_finalize(rows);
	sqlite3_close(db);
	return number;
}

static void a_file_without_a_row_cannot_be_as_it_was(void **state)
{
	struct bench *bench = *state;
	struct scan_batch *batch = rows_for_store(bench);
	struct err err;

	batch->row[0].state = SCAN_SAME;
	assert_int_equal(scan_store(&bench->work, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);

	batch = rows_for_store(bench);
	batch->row[0].state = SCAN_NO_MEDIA + 1;
	assert_int_equal(scan_store(&bench->work, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
}

static void texts_that_do_not_end_are_cut(void **state)
{
	struct bench *bench = *state;
	struct scan_batch *batch = rows_for_store(bench);
	struct scan_row *row = &batch->row[0];
	struct facts *facts = &row->facts;
	struct err err;

	row->mime = 1;
	row->has_facts = true;
	memset(facts->make, 'a', sizeof facts->make);
	memset(facts->model, 'b', sizeof facts->model);
	memset(facts->taken.subsec, '1', sizeof facts->taken.subsec);
	memset(facts->note, 'c', sizeof facts->note);
	facts->unread = true; /* what lies behind the note is no end of it either */
	assert_int_equal(scan_store(&bench->work, &err), 0);
	assert_int_equal(scan_commit(bench->worker, &err), 0);
	assert_int_equal(ask("SELECT length(make) FROM media"), sizeof facts->make - 1);
	assert_int_equal(ask("SELECT length(model) FROM media"), sizeof facts->model - 1);
	assert_int_equal(ask("SELECT length(subsec) FROM media"), sizeof facts->taken.subsec - 1);
	assert_int_equal(ask("SELECT length(message) FROM error"), sizeof facts->note - 1);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* Do the stage stat with so many descriptors left. */
static int stat_with(struct bench *bench, int descriptors, struct err *err)
{
	struct rlimit before, now;
	int free_fd = dup(STDIN_FILENO);
	int rc;

	assert_true(free_fd >= 0);
	close(free_fd);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	now = before;
	now.rlim_cur = (rlim_t)free_fd + (rlim_t)descriptors;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
	rc = scan_stat(&bench->work, err);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	return rc;
}

/* Whether an album's file has its JSON in a folder of a year must not hang on the descriptors that
 * the process had at that moment, nor that of its other files. */
static void a_host_without_descriptors_does_not_say_that_there_is_no_twin(void **state)
{
	struct bench *bench = *state;
	const struct scan_row *row;
	struct err err;
	size_t bytes;

	assert_int_equal(mkdir("Album", 0755), 0);
	assert_int_equal(mkdir("Photos from 2017", 0755), 0);
	write_file("Album/a.jpg", "x");
	write_file("Photos from 2017/a.jpg", "x");
	write_file("Photos from 2017/a.jpg.json", "{}");
	bench->item.dir = "Album";
	pack(bench);
	/* the item's folder; that, which stays open, but not the one above; its list */
	for (int i = 0; i < 4; i++) {
		err_clear(&err);
		assert_int_equal(stat_with(bench, i % 2, &err), -1);
		assert_int_equal(err.kind, ERR_TRANSIENT);
		assert_null(bench->worker->parent);
	}
	assert_int_equal(scan_stat(&bench->work, &err), 0);
	row = ((struct scan_batch *)slot_memory_get(&bench->memory, SCAN_ROWS, &bytes))->row;
	assert_int_equal(row->rule, SIDECAR_P10);
	/* the folder of the year, which is not kept open */
	assert_int_equal(stat_with(bench, 0, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_int_equal(stat_with(bench, 1, &err), 0);
	assert_int_equal(row->rule, SIDECAR_P10);
}

static void what_may_not_be_looked_at_is_not_gone(void **state)
{
	struct bench *bench = *state;
	bool root = geteuid() == 0;
	bool closed;

	assert_int_equal(mkdir("Album", 0755), 0);
	write_file("Album/a.jpg", "x");
	assert_true(scan_is_there(bench->worker, "Album", "a.jpg"));
	assert_false(scan_is_there(bench->worker, "Album", "b.jpg"));
	assert_false(scan_is_there(bench->worker, "Album/a.jpg", "b.jpg"));
	assert_false(scan_is_there(bench->worker, "", "Album"));
	assert_int_equal(symlink("Album", "link"), 0);
	assert_false(scan_is_there(bench->worker, "link", "a.jpg"));
	assert_int_equal(chmod("Album", 0), 0);
	if (root)
		assert_int_equal(seteuid(65534), 0);
	closed = scan_is_there(bench->worker, "Album", "a.jpg");
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod("Album", 0755), 0);
	assert_true(closed);
}

/* The first to end it may be killed before anybody hears of that. */
static void a_run_that_is_ended_by_two_is_one(void **state)
{
	struct bench *bench = *state;
	struct workload_ending ending = {.complete = true};
	struct scan_batch *batch = rows_for_store(bench);
	void *successor;
	struct err err;

	write_file("a.jpg", "x");
	batch->row[0].mime = 1;
	assert_int_equal(scan_store(&bench->work, &err), 0);
	assert_int_equal(scan_commit(bench->worker, &err), 0);
	assert_int_equal(scan_finish(bench->worker, &ending, &err), 0);
	assert_int_equal(scan_workload.worker_open(&bench->config, &successor, &err), 0);
	assert_int_equal(scan_finish(successor, &ending, &err), 0);
	scan_workload.worker_close(successor);
	assert_int_equal(ask("SELECT count(*) FROM run WHERE status='complete'"), 1);
	assert_int_equal(ask("SELECT count(*) FROM run"), 1);
	assert_int_equal(ask("SELECT count(*) FROM media WHERE status='ok'"), 1);

	bench->config.started_ns = 2;
	assert_int_equal(scan_workload.worker_open(&bench->config, &successor, &err), 0);
	assert_int_equal(scan_finish(successor, &ending, &err), 0);
	scan_workload.worker_close(successor);
	assert_int_equal(ask("SELECT count(*) FROM run"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_without_a_row_cannot_be_as_it_was, setup,
						teardown),
		cmocka_unit_test_setup_teardown(texts_that_do_not_end_are_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_host_without_descriptors_does_not_say_that_there_is_no_twin, setup,
			teardown),
		cmocka_unit_test_setup_teardown(what_may_not_be_looked_at_is_not_gone, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_run_that_is_ended_by_two_is_one, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
