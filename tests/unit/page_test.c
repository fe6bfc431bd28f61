/*
 * page_test.c - the run page as a file, its groups and its rings.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "record/page_layout.h"
#include "record/slot.h"
#include "record/snapshot.h"

struct fixture {
	char folder[64];
	char path[96];
	struct page *page;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct err err;

	if (f == NULL)
		return -1;
	strcpy(f->folder, "/tmp/imgtop-page-XXXXXX");
	if (mkdtemp(f->folder) == NULL)
		return -1;
	snprintf(f->path, sizeof f->path, "%s/run.page", f->folder);
	f->page = page_create(f->path, &err);
	*state = f;
	return f->page == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	page_close(f->page);
	page_remove(f->path);
	rmdir(f->folder);
	free(f);
	return 0;
}

static void refused(const char *path, const char *because)
{
	struct err err;

	err_clear(&err);
	assert_null(page_open(path, &err));
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, because));
}

static void a_page_is_private_sparse_and_never_replaces_another(void **state)
{
	struct fixture *f = *state;
	struct stat info;
	struct err err;

	assert_int_equal(stat(f->path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
	assert_int_equal(info.st_size, page_size());
	assert_true(info.st_blocks * 512 < info.st_size / 16);
	assert_null(page_create(f->path, &err));
}

static void a_reader_sees_what_each_group_holds(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct page *reader = page_open(f->path, &err);
	struct page_plan *plan = calloc(2, sizeof *plan);
	struct page_status *status = calloc(2, sizeof *status);
	struct page_queue queue = {.name = "intake", .pushed = 7, .popped = 5, .capacity = 8};
	struct page_host host = {.name = "decode-1", .pid = 4711, .alive = 1};
	struct page_recorder recorder = {.memory_bytes = 1 << 20, .report_error = "no space"};

	assert_non_null(reader);
	assert_non_null(plan);
	assert_non_null(status);
	strcpy(plan[0].command, "imgtop run images");
	plan[0].stages = 7;
	status[0].found = 1000;
	strcpy(status[0].result, "{}");
	page_write_plan(f->page, &plan[0]);
	page_write_status(f->page, &status[0]);
	page_write_queue(f->page, 3, &queue);
	page_write_host(f->page, 263, &host);
	page_write_recorder(f->page, &recorder);
	memset(&plan[1], 0xff, sizeof *plan);
	assert_true(page_read_plan(reader, &plan[1]));
	assert_int_equal(plan[1].stages, 7);
	assert_string_equal(plan[1].command, "imgtop run images");
	assert_true(page_read_status(reader, &status[1]));
	assert_memory_equal(&status[0], &status[1], sizeof *status);
	memset(&queue, 0, sizeof queue);
	assert_true(page_read_queue(reader, 3, &queue));
	assert_string_equal(queue.name, "intake");
	assert_int_equal(queue.pushed, 7);
	memset(&host, 0, sizeof host);
	assert_true(page_read_host(reader, 263, &host));
	assert_int_equal(host.pid, 4711);
	memset(&recorder, 0, sizeof recorder);
	assert_true(page_read_recorder(reader, &recorder));
	assert_string_equal(recorder.report_error, "no space");
	page_close(reader);
	free(plan);
	free(status);
}

static void children_of_fork_write_to_the_same_page(void **state)
{
	struct fixture *f = *state;
	struct page_queue queue = {.name = "write", .pushed = 3};
	int status;
	pid_t child = fork();

	if (child == 0) {
		page_write_queue(f->page, 1, &queue);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	memset(&queue, 0, sizeof queue);
	assert_true(page_read_queue(f->page, 1, &queue));
	assert_int_equal(queue.pushed, 3);
}

static void a_file_of_another_size_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(truncate(f->path, (off_t)page_size() - 1), 0);
	refused(f->path, "bytes instead of");
	assert_int_equal(truncate(f->path, (off_t)page_size()), 0);
}

static void another_magic_version_or_build_is_refused(void **state)
{
	struct fixture *f = *state;
	struct layout_head *head = &f->page->map->head;

	atomic_store(&head->live_bytes, 8);
	refused(f->path, "another build");
	atomic_store(&head->version, PAGE_VERSION + 1);
	refused(f->path, "version");
	atomic_store(&head->magic, 0);
	refused(f->path, "not a run page");
}

static void a_page_that_others_may_write_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(chmod(f->path, 0622), 0);
	refused(f->path, "others may write");
}

static void what_is_no_regular_file_is_refused_without_waiting(void **state)
{
	struct fixture *f = *state;
	char fifo[128], link[128];
	struct err err;

	snprintf(fifo, sizeof fifo, "%s/fifo.page", f->folder);
	snprintf(link, sizeof link, "%s/link.page", f->folder);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(symlink(f->path, link), 0);
	refused(fifo, "not a regular file");
	assert_null(page_open(link, &err));
	unlink(fifo);
	unlink(link);
}

static void a_reader_gives_up_on_an_odd_sequence_and_keeps_its_sample(void **state)
{
	struct fixture *f = *state;
	struct page_queue queue = {.pushed = 1}, sample = {.pushed = 99};

	page_write_queue(f->page, 0, &queue);
	words_begin(&f->page->map->queue[0].sequence);
	assert_false(page_read_queue(f->page, 0, &sample));
	assert_int_equal(sample.pushed, 99);
	/* The next writer takes an odd sequence over. */
	queue.pushed = 2;
	page_write_queue(f->page, 0, &queue);
	assert_true(page_read_queue(f->page, 0, &sample));
	assert_int_equal(sample.pushed, 2);
}

static void log_lines_come_in_order_and_those_overwritten_are_counted(void **state)
{
	struct fixture *f = *state;
	enum { WRITTEN = PAGE_LOG_LINES + 100, PIECE = 50 };
	struct page_log_line line = {.level = LOG_ERROR};
	struct page_log_line out[PIECE];
	uint64_t next = 0, lost = 0, expected, seen = 0;
	size_t count;

	for (uint64_t i = 0; i < WRITTEN; i++) {
		line.job = i;
		snprintf(line.text, sizeof line.text, "line %llu", (unsigned long long)i);
		page_log(f->page, &line);
	}
	expected = WRITTEN;
	while ((count = page_read_log(f->page, &next, out, PIECE, &lost)) > 0) {
		if (seen == 0)
			expected = lost;
		for (size_t i = 0; i < count; i++)
			assert_int_equal(out[i].job, expected + seen + i);
		seen += count;
	}
	assert_in_range(lost, 100, 101);
	assert_int_equal(seen + lost, WRITTEN);
	assert_int_equal(next, WRITTEN);
	/* Nothing new: nothing is read, nothing is lost. */
	assert_int_equal(page_read_log(f->page, &next, out, PIECE, &lost), 0);
	assert_int_equal(seen + lost, WRITTEN);
}

static void what_a_worker_gone_wild_has_stored_is_tamed(void **state)
{
	struct fixture *f = *state;
	struct layout_worker *shared = &f->page->map->worker[9];
	struct page_worker_live live;
	struct page_event event;
	struct words_ring ring = page_event_ring(f->page, 9);
	uint64_t next = 0;

	memset(&live, 0xee, sizeof live);
	words_publish(&shared->sequence, shared->live, &live, sizeof live);
	assert_true(page_read_worker(f->page, 9, &live));
	assert_int_equal(strlen(live.name), sizeof live.name - 1);
	assert_int_equal(strlen(live.item), sizeof live.item - 1);
	assert_true(live.state < WORKER_STATES);
	assert_true(live.host < PAGE_HOSTS);
	assert_int_equal(live.stage, PAGE_NONE);
	assert_true(live.station < PAGE_STATIONS);
	memset(&event, 0xee, sizeof event);
	words_append(&ring, &event);
	assert_int_equal(page_read_events(f->page, 9, &next, &event, 1, NULL), 1);
	assert_int_equal(event.worker, 9);
	assert_true(event.state < WORKER_STATES);
}

static void a_snapshot_keeps_what_it_had_where_the_writer_is_inside(void **state)
{
	struct fixture *f = *state;
	struct snapshot *snapshot = snapshot_new();
	struct page_plan *plan = calloc(1, sizeof *plan);
	struct page_status *status = calloc(1, sizeof *status);
	struct slot_identity identity = {.name = "decode-1", .station = 1, .incarnation = 1};

	assert_non_null(plan);
	assert_non_null(status);
	status->workers = 1;
	strcpy(plan->workload, "images");
	page_write_plan(f->page, plan);
	page_write_status(f->page, status);
	slot_declare(f->page, 0, &identity);
	snapshot_take(snapshot, f->page);
	assert_string_equal(snapshot->worker[0].live.name, "decode-1");
	assert_string_equal(snapshot->plan.workload, "images");
	words_begin(&f->page->map->worker[0].sequence);
	atomic_store(&f->page->map->worker[0].live[0], 0);
	snapshot_take(snapshot, f->page);
	assert_string_equal(snapshot->worker[0].live.name, "decode-1");
	/* A plan that has changed is read again. */
	strcpy(plan->workload, "scan");
	page_write_plan(f->page, plan);
	snapshot_take(snapshot, f->page);
	assert_string_equal(snapshot->plan.workload, "scan");
	snapshot_free(snapshot);
	free(plan);
	free(status);
}

static void every_state_has_a_letter_of_its_own_and_a_word(void **state)
{
	(void)state;
	for (unsigned i = 0; i < WORKER_STATES; i++) {
		assert_true(page_state_info(i)->word[0] != '\0');
		assert_true(page_state_info(i)->meaning[0] != '\0');
		for (unsigned j = 0; j < i; j++)
			assert_int_not_equal(page_state_info(i)->letter,
					     page_state_info(j)->letter);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_page_is_private_sparse_and_never_replaces_another,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_reader_sees_what_each_group_holds, setup,
						teardown),
		cmocka_unit_test_setup_teardown(children_of_fork_write_to_the_same_page, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_file_of_another_size_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(another_magic_version_or_build_is_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_page_that_others_may_write_is_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_is_no_regular_file_is_refused_without_waiting,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_reader_gives_up_on_an_odd_sequence_and_keeps_its_sample, setup, teardown),
		cmocka_unit_test_setup_teardown(
			log_lines_come_in_order_and_those_overwritten_are_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(what_a_worker_gone_wild_has_stored_is_tamed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			a_snapshot_keeps_what_it_had_where_the_writer_is_inside, setup, teardown),
		cmocka_unit_test(every_state_has_a_letter_of_its_own_and_a_word),
	};

	return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
