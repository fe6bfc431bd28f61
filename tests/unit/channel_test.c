/*
 * channel_test.c - messages between supervisor and host: batches, the window, and broken peers.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/channel.h"

struct ends {
	struct channel *a;
	struct channel *b;
};

/* What a handler has been given. */
struct heard {
	unsigned records;
	uint32_t last_type;
	size_t bytes;
	uint32_t refuse; /* this type */
};

static int hear(void *context, uint32_t type, const void *body, size_t length)
{
	struct heard *heard = context;

	(void)body;
	heard->records++;
	heard->last_type = type;
	heard->bytes += length;
	return heard->refuse != 0 && type == heard->refuse ? -1 : 0;
}

static void make_pair(int pair[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
}

static struct ends make_ends(void)
{
	int pair[2];

	make_pair(pair);
	return (struct ends){channel_new(pair[0]), channel_new(pair[1])};
}

static void free_ends(struct ends *ends)
{
	channel_free(ends->a);
	channel_free(ends->b);
}

/* Messages that are there; -1 or -2 when the last one was an end. */
static int receive_all(struct channel *channel, struct heard *heard)
{
	int messages = 0;
	int result;

	while ((result = channel_receive(channel, hear, heard)) == 1)
		messages++;
	return result < 0 ? result : messages;
}

static void records_travel_together_and_in_order(void **state)
{
	struct ends ends = make_ends();
	struct heard heard = {0};

	(void)state;
	for (uint32_t type = 1; type <= 10; type++)
		channel_put(ends.a, type, "body", 4);
	channel_put(ends.a, 11, NULL, 0);
	assert_int_equal(channel_backlog(ends.a), 11);
	assert_int_equal(channel_flush(ends.a), 0);
	assert_int_equal(channel_backlog(ends.a), 0);
	assert_int_equal(receive_all(ends.b, &heard), 1);
	assert_int_equal(heard.records, 11);
	assert_int_equal(heard.last_type, 11);
	assert_int_equal(heard.bytes, 40);
	free_ends(&ends);
}

static void a_record_may_be_as_large_as_the_limit(void **state)
{
	static const unsigned char body[CHANNEL_RECORD_BYTES];
	struct ends ends = make_ends();
	struct heard heard = {0};

	(void)state;
	channel_put(ends.a, 1, body, sizeof body);
	channel_put(ends.a, 2, body, sizeof body);
	assert_int_equal(channel_flush(ends.a), 0);
	assert_int_equal(receive_all(ends.b, &heard), 2);
	assert_int_equal(heard.records, 2);
	assert_int_equal(heard.bytes, 2 * CHANNEL_RECORD_BYTES);
	free_ends(&ends);
}

static void records_of_every_size_arrive_whole(void **state)
{
	static unsigned char body[CHANNEL_RECORD_BYTES];
	struct ends ends = make_ends();
	struct heard heard = {0};
	size_t bytes = 0;

	(void)state;
	for (size_t length = 0; length <= sizeof body; length += 131) {
		channel_put(ends.a, 1, body, length);
		bytes += length;
	}
	while (channel_backlog(ends.a) != 0) {
		assert_int_equal(channel_flush(ends.a), 0);
		assert_true(receive_all(ends.b, &heard) > 0);
		assert_int_equal(channel_flush(ends.b), 0);
		assert_true(receive_all(ends.a, &heard) >= 0);
	}
	assert_int_equal(heard.bytes, bytes);
	free_ends(&ends);
}

static void no_more_than_four_messages_go_out_unanswered(void **state)
{
	struct ends ends = make_ends();
	struct heard heard = {0};

	(void)state;
	for (uint32_t i = 1; i <= 10; i++) {
		channel_put(ends.a, i, NULL, 0);
		assert_int_equal(channel_flush(ends.a), 0);
	}
	assert_int_equal(channel_backlog(ends.a), 10 - CHANNEL_WINDOW);
	assert_false(channel_wants_out(ends.a));
	assert_int_equal(receive_all(ends.b, &heard), CHANNEL_WINDOW);
	assert_int_equal(channel_flush(ends.b), 0); /* an answer without records */
	assert_int_equal(receive_all(ends.a, &heard), 1);
	assert_int_equal(heard.records, CHANNEL_WINDOW);
	assert_int_equal(channel_flush(ends.a), 0);
	assert_int_equal(channel_backlog(ends.a), 0); /* what waited went as one message */
	assert_int_equal(receive_all(ends.b, &heard), 1);
	assert_int_equal(heard.records, 10);
	free_ends(&ends);
}

static void an_answer_needs_no_answer(void **state)
{
	struct ends ends = make_ends();
	struct heard heard = {0};

	(void)state;
	channel_put(ends.a, 1, NULL, 0);
	channel_flush(ends.a);
	receive_all(ends.b, &heard);
	channel_flush(ends.b);
	assert_int_equal(receive_all(ends.a, &heard), 1);
	for (int i = 0; i < 3; i++) {
		channel_flush(ends.a);
		assert_int_equal(receive_all(ends.b, &heard), 0);
		channel_flush(ends.b);
		assert_int_equal(receive_all(ends.a, &heard), 0);
	}
	free_ends(&ends);
}

static void two_ends_that_only_send_do_not_stand_still(void **state)
{
	enum { RECORDS = 20000 };
	static const unsigned char body[700];
	struct ends ends = make_ends();
	struct heard at_a = {0}, at_b = {0};

	(void)state;
	for (uint32_t i = 0; i < RECORDS; i++) {
		channel_put(ends.a, 1, body, sizeof body);
		channel_put(ends.b, 1, body, sizeof body);
	}
	/* Each sends all it may before it reads. */
	while (channel_backlog(ends.a) != 0 || channel_backlog(ends.b) != 0) {
		assert_int_equal(channel_flush(ends.a), 0);
		assert_int_equal(channel_flush(ends.b), 0);
		assert_true(receive_all(ends.a, &at_a) > 0);
		assert_true(receive_all(ends.b, &at_b) > 0);
	}
	assert_int_equal(at_a.records, RECORDS);
	assert_int_equal(at_b.records, RECORDS);
	free_ends(&ends);
}

static void a_full_socket_is_said_and_nothing_is_lost(void **state)
{
	static const unsigned char body[1500];
	struct heard heard = {0};
	int small = 1; /* rounded up by the kernel to room for two or three of these */
	int pair[2];
	struct ends ends;

	(void)state;
	make_pair(pair);
	assert_int_equal(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
	ends = (struct ends){channel_new(pair[0]), channel_new(pair[1])};
	for (uint32_t i = 0; i < CHANNEL_WINDOW; i++) {
		channel_put(ends.a, 1, body, sizeof body);
		assert_int_equal(channel_flush(ends.a), 0);
	}
	assert_true(channel_wants_out(ends.a));
	assert_true(channel_backlog(ends.a) != 0);
	assert_true(receive_all(ends.b, &heard) > 0);
	assert_int_equal(channel_flush(ends.a), 0);
	assert_false(channel_wants_out(ends.a));
	assert_int_equal(channel_backlog(ends.a), 0);
	assert_true(receive_all(ends.b, &heard) > 0);
	assert_int_equal(heard.records, CHANNEL_WINDOW);
	free_ends(&ends);
}

static void the_size_of_a_batch_travels_with_every_message(void **state)
{
	struct ends ends = make_ends();
	struct heard heard = {0};

	(void)state;
	assert_int_equal(channel_peer_batch(ends.b), 1);
	channel_set_batch(ends.a, 64);
	channel_put(ends.a, 1, NULL, 0);
	channel_flush(ends.a);
	receive_all(ends.b, &heard);
	assert_int_equal(channel_peer_batch(ends.b), 64);
	free_ends(&ends);
}

static void a_peer_that_hung_up_is_noticed_by_both_ways(void **state)
{
	struct ends ends = make_ends();
	struct heard heard = {0};

	(void)state;
	channel_free(ends.b);
	assert_int_equal(receive_all(ends.a, &heard), -1);
	channel_put(ends.a, 1, NULL, 0);
	assert_int_equal(channel_flush(ends.a), -1);
	channel_free(ends.a);
}

/* The kernel reports a reset before it hands out what the dead peer had sent. */
static void the_last_words_of_a_peer_that_died_with_unread_messages_are_heard(void **state)
{
	struct ends ends = make_ends();
	struct heard heard = {0};

	(void)state;
	channel_put(ends.a, 1, "a job", 5);
	channel_flush(ends.a);
	channel_put(ends.b, 7, "done", 4);
	channel_put(ends.b, 8, "done", 4);
	channel_flush(ends.b);
	channel_free(ends.b);
	assert_int_equal(channel_receive(ends.a, hear, &heard), 1);
	assert_int_equal(heard.records, 2);
	assert_int_equal(heard.last_type, 8);
	assert_int_equal(channel_receive(ends.a, hear, &heard), -1);
	channel_free(ends.a);
}

static void a_record_that_the_handler_refuses_is_malformed(void **state)
{
	struct ends ends = make_ends();
	struct heard heard = {.refuse = 2};

	(void)state;
	channel_put(ends.a, 1, NULL, 0);
	channel_put(ends.a, 2, NULL, 0);
	channel_put(ends.a, 3, NULL, 0);
	channel_flush(ends.a);
	assert_int_equal(channel_receive(ends.b, hear, &heard), -2);
	assert_int_equal(heard.records, 2);
	free_ends(&ends);
}

/* As on the wire: four words of head, then type, length and body of each record. */
enum { ANSWERED, RECORDS, BATCH, BYTES, TYPE, LENGTH, BODY, WORDS = 8 };

static int send_raw(const uint32_t *words, size_t bytes)
{
	struct heard heard = {0};
	struct channel *channel;
	int pair[2];
	int result;

	make_pair(pair);
	channel = channel_new(pair[0]);
	assert_int_equal(send(pair[1], words, bytes, 0), bytes);
	result = channel_receive(channel, hear, &heard);
	close(pair[1]);
	channel_free(channel);
	return result;
}

static void a_malformed_message_is_refused(void **state)
{
	static const uint32_t good[WORDS] = {0, 1, 1, 32, 5, 8, 42, 42};
	static const struct {
		unsigned word;
		uint32_t value;
	} wrong[] = {
		{ANSWERED, 1}, {ANSWERED, 4},	     {ANSWERED, UINT32_MAX},
		{RECORDS, 0},  {RECORDS, 2},	     {RECORDS, UINT32_MAX},
		{BATCH, 0},    {BYTES, 31},	     {BYTES, 33},
		{BYTES, 0},    {LENGTH, 9},	     {LENGTH, 7},
		{LENGTH, 0},   {LENGTH, UINT32_MAX}, {LENGTH, 0x80000000},
	};

	(void)state;
	assert_int_equal(send_raw(good, sizeof good), 1);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		uint32_t words[WORDS];

		memcpy(words, good, sizeof words);
		words[wrong[i].word] = wrong[i].value;
		assert_int_equal(send_raw(words, sizeof words), -2);
	}
}

static void a_message_cut_at_any_byte_is_refused(void **state)
{
	static const uint32_t good[WORDS] = {0, 1, 1, 32, 5, 8, 42, 42};

	(void)state;
	for (size_t cut = 1; cut < sizeof good; cut++) {
		uint32_t words[WORDS];

		assert_int_equal(send_raw(good, cut), -2);
		memcpy(words, good, sizeof words);
		words[BYTES] = (uint32_t)cut; /* the same, and honest about its size */
		assert_int_equal(send_raw(words, cut), -2);
	}
}

static void a_message_above_the_limit_is_refused(void **state)
{
	static uint32_t words[CHANNEL_MESSAGE_BYTES / 4 + 1];

	(void)state;
	words[RECORDS] = 1;
	words[BATCH] = 1;
	words[TYPE] = 1;
	words[BYTES] = CHANNEL_MESSAGE_BYTES;
	words[LENGTH] = CHANNEL_MESSAGE_BYTES - 24;
	assert_int_equal(send_raw(words, CHANNEL_MESSAGE_BYTES), 1);
	words[BYTES] = sizeof words;
	words[LENGTH] = sizeof words - 24;
	assert_int_equal(send_raw(words, sizeof words), -2);
}

static void a_peer_that_does_not_keep_to_the_window_is_refused(void **state)
{
	static const uint32_t words[WORDS] = {0, 1, 1, 32, 5, 8, 42, 42};
	struct heard heard = {0};
	struct channel *channel;
	int pair[2];

	(void)state;
	make_pair(pair);
	channel = channel_new(pair[0]);
	for (unsigned i = 0; i <= CHANNEL_WINDOW; i++)
		assert_int_equal(send(pair[1], words, sizeof words, 0), sizeof words);
	for (unsigned i = 0; i < CHANNEL_WINDOW; i++)
		assert_int_equal(channel_receive(channel, hear, &heard), 1);
	assert_int_equal(channel_receive(channel, hear, &heard), -2);
	close(pair[1]);
	channel_free(channel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_travel_together_and_in_order),
		cmocka_unit_test(a_record_may_be_as_large_as_the_limit),
		cmocka_unit_test(records_of_every_size_arrive_whole),
		cmocka_unit_test(no_more_than_four_messages_go_out_unanswered),
		cmocka_unit_test(an_answer_needs_no_answer),
		cmocka_unit_test(two_ends_that_only_send_do_not_stand_still),
		cmocka_unit_test(a_full_socket_is_said_and_nothing_is_lost),
		cmocka_unit_test(the_size_of_a_batch_travels_with_every_message),
		cmocka_unit_test(a_peer_that_hung_up_is_noticed_by_both_ways),
		cmocka_unit_test(the_last_words_of_a_peer_that_died_with_unread_messages_are_heard),
		cmocka_unit_test(a_record_that_the_handler_refuses_is_malformed),
		cmocka_unit_test(a_malformed_message_is_refused),
		cmocka_unit_test(a_message_cut_at_any_byte_is_refused),
		cmocka_unit_test(a_message_above_the_limit_is_refused),
		cmocka_unit_test(a_peer_that_does_not_keep_to_the_window_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
