/*
 * protocol_test.c - records: what is sent comes back, and what is cut or absurd is refused.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/wire.h"
#include "engine/arena.h"
#include "engine/protocol.h"

/* One record as it arrived. */
struct arrived {
	uint32_t type;
	size_t length;
	unsigned char body[CHANNEL_RECORD_BYTES];
};

struct fixture {
	struct channel *from;
	struct channel *to;
	struct arrived arrived;
};

static int open_channels(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	int pair[2];

	if (f == NULL || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return -1;
	f->from = channel_new(pair[0]);
	f->to = channel_new(pair[1]);
	*state = f;
	return 0;
}

static int close_channels(void **state)
{
	struct fixture *f = *state;

	channel_free(f->from);
	channel_free(f->to);
	free(f);
	return 0;
}

static int keep(void *context, uint32_t type, const void *body, size_t length)
{
	struct arrived *arrived = context;

	arrived->type = type;
	arrived->length = length;
	memcpy(arrived->body, body, length);
	return 0;
}

/* What was put last, as it arrives at the other end. */
static const struct arrived *travel(struct fixture *f, enum record_type type)
{
	assert_int_equal(channel_flush(f->from), 0);
	assert_int_equal(channel_receive(f->to, keep, &f->arrived), 1);
	assert_int_equal(f->arrived.type, type);
	return &f->arrived;
}

/* Does the body decode when cut to `length` bytes? In memory of just that size, so that a
 * sanitizer sees a read past it. */
typedef int decoder(const void *body, size_t length);

static void assert_only_whole(const struct arrived *arrived, decoder *decode)
{
	for (size_t length = 0; length <= arrived->length; length++) {
		unsigned char *cut = malloc(length + 1);

		assert_non_null(cut);
		cut = realloc(cut, length != 0 ? length : 1);
		memcpy(cut, arrived->body, length);
		assert_int_equal(decode(cut, length), length == arrived->length ? 0 : -1);
		free(cut);
	}
}

static int decode_longer(const struct arrived *arrived, decoder *decode)
{
	unsigned char longer[CHANNEL_RECORD_BYTES + 1];

	memcpy(longer, arrived->body, arrived->length);
	longer[arrived->length] = 0;
	return decode(longer, arrived->length + 1);
}

static int decode_number(const void *body, size_t length)
{
	uint64_t number;

	return protocol_get_number(body, length, &number);
}

static void a_number_comes_back(void **state)
{
	struct fixture *f = *state;
	const struct arrived *arrived;
	uint64_t number = 0;

	protocol_put_number(f->from, RECORD_CREDIT, UINT64_MAX - 1);
	arrived = travel(f, RECORD_CREDIT);
	assert_int_equal(protocol_get_number(arrived->body, arrived->length, &number), 0);
	assert_true(number == UINT64_MAX - 1);
	assert_only_whole(arrived, decode_number);
	assert_int_equal(decode_longer(arrived, decode_number), -1);
}

static int decode_pair(const void *body, size_t length)
{
	uint64_t a, b;

	return protocol_get_pair(body, length, &a, &b);
}

static void a_pair_comes_back(void **state)
{
	struct fixture *f = *state;
	const struct arrived *arrived;
	uint64_t a = 0, b = 0;

	protocol_put_pair(f->from, RECORD_ABANDON, 3, 1u << 31);
	arrived = travel(f, RECORD_ABANDON);
	assert_int_equal(protocol_get_pair(arrived->body, arrived->length, &a, &b), 0);
	assert_int_equal(a, 3);
	assert_int_equal(b, 1u << 31);
	assert_only_whole(arrived, decode_pair);
	assert_int_equal(decode_longer(arrived, decode_pair), -1);
}

static void a_text_is_clipped_to_the_room_and_terminated(void **state)
{
	struct fixture *f = *state;
	const struct arrived *arrived;
	char text[8];

	protocol_put_text(f->from, RECORD_WARNING, "a long sentence");
	arrived = travel(f, RECORD_WARNING);
	protocol_get_text(arrived->body, arrived->length, text, sizeof text);
	assert_string_equal(text, "a long ");
	protocol_get_text(arrived->body, 3, text, sizeof text);
	assert_string_equal(text, "a l");
	protocol_get_text(arrived->body, 0, text, sizeof text);
	assert_string_equal(text, "");
}

static int decode_job(const void *body, size_t length)
{
	struct job *job = protocol_get_job(body, length);

	job_free(job);
	return job != NULL ? 0 : -1;
}

static void a_job_comes_back_with_all_that_it_carries(void **state)
{
	struct fixture *f = *state;
	struct job *job = job_new("dir/\xff\n.jpg", 11, "out\0put", 7);
	const struct arrived *arrived;
	struct job *other;

	job->id = 77;
	job->start_ns = 123456789;
	job->bytes_in = 10;
	job->bytes_out = 20;
	job->attempt = 3;
	job->slot = 5;
	job->damaged = true;
	job_warn(job, "half of it is grey", 18);
	protocol_put_job(f->from, RECORD_JOB, job);
	arrived = travel(f, RECORD_JOB);
	other = protocol_get_job(arrived->body, arrived->length);
	assert_non_null(other);
	assert_int_equal(other->id, 77);
	assert_int_equal(other->start_ns, 123456789);
	assert_int_equal(other->bytes_in, 10);
	assert_int_equal(other->bytes_out, 20);
	assert_int_equal(other->attempt, 3);
	assert_int_equal(other->slot, 5);
	assert_true(other->damaged);
	assert_string_equal(other->name, "dir/\xff\n.jpg");
	assert_int_equal(other->payload_length, 7);
	assert_memory_equal(other->payload, "out\0put", 7);
	assert_string_equal(other->warning, "half of it is grey");
	job_free(other);
	job_free(job);
	assert_only_whole(arrived, decode_job);
	assert_int_equal(decode_longer(arrived, decode_job), -1);
}

static void the_largest_item_fits_into_every_record(void **state)
{
	static char name[WORK_PAYLOAD_BYTES + 1];
	struct fixture *f = *state;
	char warning[JOB_WARNING_BYTES];
	char reason[ERR_TEXT_BYTES];
	struct job *job;
	struct record_outcome outcome = {.worker = name, .worker_length = PAGE_NAME_BYTES};
	const struct arrived *arrived;

	memset(name, 'n', sizeof name);
	memset(warning, 'w', sizeof warning);
	memset(reason, 'r', sizeof reason);
	job = job_new(name, WORK_PAYLOAD_BYTES, NULL, 0);
	job_warn(job, warning, sizeof warning - 1);
	protocol_put_job(f->from, RECORD_JOB, job);
	arrived = travel(f, RECORD_JOB);
	assert_int_equal(decode_job(arrived->body, arrived->length), 0);
	job_free(job);
	outcome.reason = reason;
	outcome.reason_length = sizeof reason;
	outcome.name = name;
	outcome.name_length = WORK_PAYLOAD_BYTES;
	outcome.payload = "";
	protocol_put_outcome(f->from, &outcome);
	arrived = travel(f, RECORD_OUTCOME);
	assert_int_equal(protocol_get_outcome(arrived->body, arrived->length, &outcome), 0);
	assert_int_equal(outcome.name_length, WORK_PAYLOAD_BYTES);
}

static void a_worker_comes_back_with_a_terminated_name(void **state)
{
	struct fixture *f = *state;
	struct record_worker worker = {.worker = 9, .station = 1, .incarnation = 4};
	struct record_worker other;
	const struct arrived *arrived;

	memset(worker.name, 'x', sizeof worker.name);
	protocol_put_worker(f->from, &worker);
	arrived = travel(f, RECORD_ADD);
	assert_int_equal(protocol_get_worker(arrived->body, arrived->length, &other), 0);
	assert_int_equal(other.worker, 9);
	assert_int_equal(other.incarnation, 4);
	assert_int_equal(strlen(other.name), sizeof other.name - 1);
	assert_int_equal(protocol_get_worker(arrived->body, arrived->length - 1, &other), -1);
}

static const struct record_done good_done = {.job = 5,
					     .start_ns = 1,
					     .end_ns = 2,
					     .bytes_in = 3,
					     .bytes_out = 4,
					     .attempt = 2,
					     .worker = 6,
					     .status = ITEM_FAILED,
					     .error = ERR_PERMANENT,
					     .slot = ARENA_NO_SLOT,
					     .reason = "broken",
					     .reason_length = 6,
					     .result = "12345678",
					     .result_length = 8};

static int decode_done(const void *body, size_t length)
{
	struct record_done done;

	return protocol_get_done(body, length, &done);
}

static void a_completion_comes_back(void **state)
{
	struct fixture *f = *state;
	const struct arrived *arrived;
	struct record_done done;

	protocol_put_done(f->from, &good_done);
	arrived = travel(f, RECORD_DONE);
	assert_int_equal(protocol_get_done(arrived->body, arrived->length, &done), 0);
	assert_int_equal(done.job, 5);
	assert_int_equal(done.worker, 6);
	assert_int_equal(done.status, ITEM_FAILED);
	assert_int_equal(done.error, ERR_PERMANENT);
	assert_int_equal(done.slot, ARENA_NO_SLOT);
	assert_int_equal(done.bytes_in, 3);
	assert_int_equal(done.bytes_out, 4);
	assert_memory_equal(done.reason, "broken", 6);
	assert_int_equal(done.result_length, 8);
	assert_memory_equal(done.result, "12345678", 8);
	assert_only_whole(arrived, decode_done);
	assert_int_equal(decode_longer(arrived, decode_done), -1);
}

static void a_completion_that_no_host_may_send_is_refused(void **state)
{
	static char reason[2 * ERR_TEXT_BYTES], result[2 * WORK_RESULT_BYTES];
	struct fixture *f = *state;
	struct record_done wrong[5];

	for (unsigned i = 0; i < 5; i++)
		wrong[i] = good_done;
	wrong[0].status = ITEM_QUARANTINED;
	wrong[1].status = ITEM_PENDING;
	wrong[2].worker = PAGE_WORKERS;
	wrong[3].reason = reason;
	wrong[3].reason_length = ERR_TEXT_BYTES;
	wrong[4].result = result;
	wrong[4].result_length = WORK_RESULT_BYTES + 1;
	for (unsigned i = 0; i < 5; i++) {
		const struct arrived *arrived;

		protocol_put_done(f->from, &wrong[i]);
		arrived = travel(f, RECORD_DONE);
		assert_int_equal(decode_done(arrived->body, arrived->length), -1);
		channel_flush(f->to);
		channel_receive(f->from, keep, &f->arrived);
	}
}

static int decode_handed(const void *body, size_t length)
{
	struct record_handed handed;

	return protocol_get_handed(body, length, &handed);
}

static void a_hand_over_comes_back(void **state)
{
	static char warning[JOB_WARNING_BYTES];
	struct fixture *f = *state;
	struct record_handed handed = {.job = 8,
				       .slot = 2,
				       .worker = 3,
				       .damaged = 1,
				       .warning = "odd",
				       .warning_length = 3};
	struct record_handed other;
	const struct arrived *arrived;

	protocol_put_handed(f->from, &handed);
	arrived = travel(f, RECORD_HANDED);
	assert_int_equal(protocol_get_handed(arrived->body, arrived->length, &other), 0);
	assert_int_equal(other.job, 8);
	assert_int_equal(other.slot, 2);
	assert_int_equal(other.damaged, 1);
	assert_memory_equal(other.warning, "odd", 3);
	assert_only_whole(arrived, decode_handed);
	handed.warning = warning;
	handed.warning_length = sizeof warning;
	protocol_put_handed(f->from, &handed);
	arrived = travel(f, RECORD_HANDED);
	assert_int_equal(decode_handed(arrived->body, arrived->length), -1);
}

static int decode_outcome(const void *body, size_t length)
{
	struct record_outcome outcome;

	return protocol_get_outcome(body, length, &outcome);
}

static void an_outcome_comes_back(void **state)
{
	struct fixture *f = *state;
	struct record_outcome outcome = {.serial = 1,
					 .job = 2,
					 .status = ITEM_OK,
					 .attempts = 2,
					 .leftovers = 1,
					 .worker = "w-1",
					 .worker_length = 3,
					 .reason = "",
					 .name = "n",
					 .name_length = 1,
					 .payload = "pp",
					 .payload_length = 2};
	struct record_outcome other;
	const struct arrived *arrived;

	protocol_put_outcome(f->from, &outcome);
	arrived = travel(f, RECORD_OUTCOME);
	assert_int_equal(protocol_get_outcome(arrived->body, arrived->length, &other), 0);
	assert_int_equal(other.serial, 1);
	assert_int_equal(other.attempts, 2);
	assert_int_equal(other.leftovers, 1);
	assert_memory_equal(other.worker, "w-1", 3);
	assert_memory_equal(other.payload, "pp", 2);
	assert_only_whole(arrived, decode_outcome);
	assert_int_equal(decode_longer(arrived, decode_outcome), -1);
}

static int decode_item(const void *body, size_t length)
{
	struct received_item item;

	return protocol_get_item(body, length, &item);
}

static void an_item_comes_back(void **state)
{
	struct fixture *f = *state;
	struct source_item item = {.name = "a.jpg",
				   .payload = "p",
				   .payload_length = 1,
				   .size_bytes = 99,
				   .units = 64,
				   .verdict = ERR_SKIP,
				   .reason = "no picture"};
	struct received_item other;
	const struct arrived *arrived;

	assert_int_equal(protocol_put_item(f->from, &item), 0);
	arrived = travel(f, RECORD_ITEM);
	assert_int_equal(protocol_get_item(arrived->body, arrived->length, &other), 0);
	assert_int_equal(other.size_bytes, 99);
	assert_int_equal(other.units, 64);
	assert_int_equal(other.verdict, ERR_SKIP);
	assert_memory_equal(other.name, "a.jpg", 5);
	assert_memory_equal(other.reason, "no picture", 10);
	assert_only_whole(arrived, decode_item);
	assert_int_equal(decode_longer(arrived, decode_item), -1);
}

static void an_item_whose_name_is_empty_or_too_long_is_not_sent(void **state)
{
	static char name[WORK_PAYLOAD_BYTES + 2];
	struct fixture *f = *state;

	memset(name, 'n', WORK_PAYLOAD_BYTES + 1);
	assert_int_equal(protocol_put_item(f->from, &(struct source_item){.name = name}), -1);
	assert_int_equal(protocol_put_item(f->from, &(struct source_item){.name = ""}), -1);
	assert_int_equal(channel_backlog(f->from), 0);
	name[WORK_PAYLOAD_BYTES] = '\0';
	assert_int_equal(protocol_put_item(f->from, &(struct source_item){.name = name}), 0);
}

/* As a broken walk might send it. */
static int decode_forged_item(uint32_t verdict, size_t reason, const char *name, size_t length)
{
	static unsigned char bytes[4 * WORK_PAYLOAD_BYTES];
	static const char text[2 * ERR_TEXT_BYTES];
	struct wire_out out;

	wire_begin(&out, bytes, sizeof bytes);
	wire_put_u64(&out, 1);
	wire_put_u32(&out, WORK_MOST_UNITS);
	wire_put_u32(&out, verdict);
	wire_put_bytes(&out, text, reason);
	wire_put_bytes(&out, name, length);
	wire_put_bytes(&out, "", 0);
	return decode_item(bytes, out.length);
}

static void an_item_that_later_records_could_not_carry_is_refused(void **state)
{
	static char name[WORK_PAYLOAD_BYTES + 1];

	(void)state;
	memset(name, 'n', sizeof name);
	assert_int_equal(decode_forged_item(ERR_NONE, 0, "name", 4), 0);
	assert_int_equal(decode_forged_item(ERR_SKIP + 1, 0, "name", 4), -1);
	assert_int_equal(decode_forged_item(UINT32_MAX, 0, "name", 4), -1);
	assert_int_equal(decode_forged_item(ERR_NONE, ERR_TEXT_BYTES, "name", 4), -1);
	assert_int_equal(decode_forged_item(ERR_NONE, 0, "", 0), -1);
	assert_int_equal(decode_forged_item(ERR_NONE, 0, "na\0me", 5), -1);
	assert_int_equal(decode_forged_item(ERR_NONE, 0, name, sizeof name), -1);
	assert_int_equal(decode_forged_item(ERR_NONE, 0, name, sizeof name - 1), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_channels, close_channels)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_number_comes_back),
		TEST(a_pair_comes_back),
		TEST(a_text_is_clipped_to_the_room_and_terminated),
		TEST(a_job_comes_back_with_all_that_it_carries),
		TEST(the_largest_item_fits_into_every_record),
		TEST(a_worker_comes_back_with_a_terminated_name),
		TEST(a_completion_comes_back),
		TEST(a_completion_that_no_host_may_send_is_refused),
		TEST(a_hand_over_comes_back),
		TEST(an_outcome_comes_back),
		TEST(an_item_comes_back),
		TEST(an_item_whose_name_is_empty_or_too_long_is_not_sent),
		TEST(an_item_that_later_records_could_not_carry_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
