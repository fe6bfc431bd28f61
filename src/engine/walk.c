/*
 * walk.c - the host that finds the inputs.
 *
 * One thread: it runs the workload's source, which calls emit for each item. Items go to the
 * supervisor in batches, each using a credit of the intake; without credits emit waits, and the row
 * of walk-1 says that the intake is full. So memory does not grow with the number of inputs.
 *
 * A walk that follows one that died runs the source from its beginning and passes over what the
 * other has handed over. Sources find the same in the same order as long as the inputs stay as they
 * are; when the names passed over turn out to be others, nobody knows what is missing, and the walk
 * ends with an error.
 */
#include "config.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "engine/channel.h"
#include "engine/fatal.h"
#include "engine/host.h"
#include "engine/join.h"
#include "record/slot.h"

enum { MOST_UNSENT = 64, LOOK_AGAIN_MS = 20 };

static const uint64_t MOST_WAIT_NS = 4 * CLOCK_MS_NS;

struct walk {
	struct channel *channel;
	struct slot *slot;
	const struct plan *plan;
	const struct page *page;
	uint64_t credits;
	uint64_t flushed_ns;
	uint64_t emitted;
	struct walked before; /* by other incarnations */
	struct walked again;  /* of that, passed over */
	bool stopped;	      /* the run is draining, or the supervisor is gone */
};

void walk_count(struct walked *walked, const char *name, size_t length)
{
	uint64_t digest = walked->items == 0 ? HASH_NONE : walked->digest;

	walked->digest = hash_add(hash_add(digest, name, length), "", 1);
	walked->items++;
}

static bool passes_over(const struct walk *walk)
{
	return walk->again.items < walk->before.items;
}

static bool went_astray(const struct walk *walk)
{
	return passes_over(walk) || walk->again.digest != walk->before.digest;
}

static int on_record(void *context, uint32_t type, const void *body, size_t length)
{
	struct walk *walk = context;
	uint64_t number;

	switch (type) {
	case RECORD_CREDIT:
		if (protocol_get_number(body, length, &number) != 0)
			return -1;
		walk->credits += number;
		return 0;
	case RECORD_RECLAIM:
		protocol_put_number(walk->channel, RECORD_CREDIT_BACK, walk->credits);
		walk->credits = 0;
		return 0;
	case RECORD_CLOSE:
		walk->stopped = true;
		return 0;
	case RECORD_LEFT:
		host_allow_stacks(getppid());
		return 0;
	case RECORD_PAUSE:
	case RECORD_RESUME: /* the intake's bound holds a paused run's walk back soon enough */
		return 0;
	default:
		return -1;
	}
}

/* Send what is there and hear what has come; waits up to timeout_ms for something to come. */
static void exchange(struct walk *walk, int timeout_ms)
{
	struct pollfd polled = {.fd = channel_fd(walk->channel), .events = POLLIN};
	int received;

	if (channel_flush(walk->channel) != 0)
		_exit(0);
	if (channel_wants_out(walk->channel))
		polled.events |= POLLOUT;
	if (timeout_ms != 0)
		poll(&polled, 1, timeout_ms);
	while ((received = channel_receive(walk->channel, on_record, walk)) == 1)
		continue;
	if (received < 0 || channel_flush(walk->channel) != 0)
		_exit(0);
	walk->flushed_ns = clock_ns();
}

static void await_credit(struct walk *walk)
{
	if (walk->credits != 0 || walk->stopped)
		return;
	exchange(walk, 0);
	if (walk->credits != 0 || walk->stopped)
		return;
	protocol_put_number(walk->channel, RECORD_WANT_CREDIT, 1);
	slot_wait(walk->slot, WORKER_PUT, WAIT_QUEUE, 0);
	while (walk->credits == 0 && !walk->stopped)
		exchange(walk, -1);
	slot_resume(walk->slot);
}

/* The item was handed over by an earlier incarnation. false: as from emit. */
static bool pass_over(struct walk *walk, const struct source_item *item)
{
	if (protocol_item_fits(item))
		walk_count(&walk->again, item->name, strlen(item->name));
	if (clock_ns() - walk->flushed_ns > MOST_WAIT_NS)
		exchange(walk, 0);
	return !walk->stopped && (passes_over(walk) || !went_astray(walk));
}

static bool emit(struct source *source, const struct source_item *item)
{
	struct walk *walk = source->engine;

	if (passes_over(walk))
		return pass_over(walk, item);
	await_credit(walk);
	if (walk->stopped)
		return false;
	if (protocol_put_item(walk->channel, item) != 0) {
		protocol_put_text(walk->channel, RECORD_WARNING,
				  "an input was left out: its name is empty or too long");
		return true;
	}
	walk->credits--;
	walk->emitted++;
	slot_item(walk->slot, walk->emitted, 1, item->name, strlen(item->name));
	slot_item_end(walk->slot, ITEM_OK, 0, 0);
	if (channel_backlog(walk->channel) >= MOST_UNSENT ||
	    clock_ns() - walk->flushed_ns > MOST_WAIT_NS)
		exchange(walk, 0);
	return true;
}

static bool wait_for(struct source *source, uint64_t ns)
{
	struct walk *walk = source->engine;
	uint64_t now_ns = slot_wait(walk->slot, WORKER_DELAY, WAIT_NOTHING, PAGE_NONE);
	uint64_t end_ns = now_ns + (passes_over(walk) ? 0 : ns);

	for (; now_ns < end_ns && !walk->stopped; now_ns = clock_ns())
		exchange(walk, (int)((end_ns - now_ns) / CLOCK_MS_NS) + 1);
	slot_resume(walk->slot);
	return !walk->stopped;
}

static bool join(struct source *source, unsigned stage)
{
	struct walk *walk = source->engine;
	unsigned station = join_station(walk->plan, stage);

	slot_wait(walk->slot, WORKER_JOIN, WAIT_ENDED, station + 1);
	while (!join_has_ended(walk->page, station) && !walk->stopped)
		exchange(walk, LOOK_AGAIN_MS);
	slot_resume(walk->slot);
	return !walk->stopped;
}

static unsigned workers(struct source *source, unsigned stage)
{
	const struct walk *walk = source->engine;

	return walk->plan->layout.station[join_station(walk->plan, stage)].workers;
}

static void estimate(struct source *source, uint64_t items)
{
	struct walk *walk = source->engine;

	if (!passes_over(walk))
		protocol_put_number(walk->channel, RECORD_ESTIMATE, items);
}

static void warn(struct source *source, const char *text)
{
	struct walk *walk = source->engine;

	if (!passes_over(walk)) /* else it has been said */
		protocol_put_text(walk->channel, RECORD_WARNING, text);
}

void walk_run(const struct host_config *config)
{
	struct workload_config own = config->plan->config;
	int socket_fd = host_enter(config, &own.from_fd);
	struct slot_identity identity = {.name = config->name,
					 .kind = WORKER_WALK,
					 .host = config->host,
					 .incarnation = config->incarnation};
	struct walk walk = {.channel = channel_new(socket_fd),
			    .plan = config->plan,
			    .page = config->page,
			    .emitted = config->walked.items,
			    .before = config->walked};
	struct source source = {.config = &own,
				.emit = emit,
				.estimate = estimate,
				.warn = warn,
				.wait = wait_for,
				.join = join,
				.workers = workers,
				.engine = &walk};
	struct fatal_stack stack;
	struct err err = {0};

	fatal_install();
	walk.slot = slot_open(config->page, config->workers[0].worker, &identity);
	fatal_watch(&stack, walk.slot);
	slot_stage(walk.slot, PAGE_NONE, true);
	config->plan->workload->source(&source, &err);
	if (!walk.stopped && went_astray(&walk))
		err_transient(&err, "the inputs were not all found: they have changed since walk-1 "
				    "died");
	protocol_put_text(walk.channel, RECORD_SOURCE_END, err.kind != ERR_NONE ? err.text : "");
	fatal_unwatch(&stack);
	slot_usage(walk.slot, true);
	slot_close(walk.slot, walk.stopped ? "stopped" : "finished");
	while (channel_backlog(walk.channel) != 0)
		exchange(&walk, -1);
	channel_free(walk.channel);
	exit(0);
}
