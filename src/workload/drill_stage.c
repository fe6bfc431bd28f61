/*
 * drill_stage.c - doing the steps of a stage. One thread of any host, for one item.
 */
#include "config.h"

#include "workload/drill_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "workload/drill_work.h"

enum { MOST_FLIGHTS = 1000 };

/* So long one waits at `meet` for the others: where there are none the run goes on. */
static const uint64_t meet_patience_ns = 3 * CLOCK_SECOND_NS;
static const uint64_t look_again_ns = 2 * CLOCK_MS_NS;

/* Computing between two looks at whether the item was abandoned. */
static const uint64_t slice_ms = 5;

/* One item in one stage. */
struct doing {
	struct work *work;
	const struct drill *drill;
	struct drill_record *record;
	uint64_t number;
	uint64_t place; /* of the step, for what is drawn */
};

const struct drill *drill_of(const struct workload_config *config)
{
	return (const struct drill *)config->instance;
}

/* Mixes as splitmix64 does (Steele, Lea, Flood 2014). */
uint64_t drill_draw(const struct drill_range *range, uint64_t seed, uint64_t place)
{
	uint64_t word = seed * UINT64_C(0x9e3779b97f4a7c15) + place;

	word += UINT64_C(0x9e3779b97f4a7c15);
	word = (word ^ word >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	word = (word ^ word >> 27) * UINT64_C(0x94d049bb133111eb);
	word ^= word >> 31;
	return range->least + word % (range->most - range->least + 1);
}

/* Each draw of an item has a place of its own. */
static uint64_t draw(struct doing *doing, const struct drill_range *range)
{
	if (range->least == range->most)
		return range->least;
	return drill_draw(range, doing->drill->scenario->seed * 1000003 + doing->number,
			  doing->place++);
}

static uint64_t percent(struct doing *doing)
{
	return draw(doing, &(struct drill_range){0, 99});
}

/* Wait, but not beyond what the item may take. */
static int wait_for(struct doing *doing, uint64_t ns, struct err *err)
{
	uint64_t timeout_ns = doing->drill->scenario->timeout_ns;
	uint64_t used_ns = clock_ns() - doing->record->start_ns;
	bool late = timeout_ns != 0 && used_ns + ns > timeout_ns;

	if (late)
		ns = timeout_ns > used_ns ? timeout_ns - used_ns : 0;
	if (work_wait(doing->work, ns, err) != 0)
		return -1;
	return late ? err_permanent(err, "no answer within %g s", clock_seconds(timeout_ns)) : 0;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* One worker, many waits under way: it sleeps until the next of them is over. */
static int wait_for_many(struct doing *doing, const struct drill_step *step, struct err *err)
{
	size_t count = step->flights < MOST_FLIGHTS ? (size_t)step->flights : MOST_FLIGHTS;
	uint64_t ends[MOST_FLIGHTS] = {0};
	uint64_t passed_ns = 0;

	for (size_t i = 0; i < count; i++)
		ends[i] = draw(doing, &step->amount);
	qsort(ends, count, sizeof *ends, compare);
	doing->record->flights += (uint32_t)count;
	for (size_t i = 0; i < count; i++) {
		if (ends[i] == passed_ns)
			continue;
		if (wait_for(doing, ends[i] - passed_ns, err) != 0)
			return -1;
		passed_ns = ends[i];
	}
	return 0;
}

/* A fixed amount of work, whatever the clock says meanwhile. */
static int compute(struct doing *doing, uint64_t ns, struct err *err)
{
	uint64_t per_ms = doing->drill->shared->rounds_per_ms;
	uint64_t rounds = (uint64_t)((double)ns / 1e6 * (double)per_ms);

	while (rounds > 0) {
		uint64_t slice = rounds < slice_ms * per_ms ? rounds : slice_ms * per_ms;

		drill_work_rounds(slice);
		rounds -= slice;
		if (work_cancelled(doing->work))
			return err_transient(err, "abandoned on request");
	}
	return 0;
}

static int fail(struct doing *doing, const struct drill_step *step, struct err *err)
{
	uint64_t tries = doing->drill->scenario->tries;
	uint64_t failures = 0;

	while (failures < tries && percent(doing) < step->amount.most)
		failures++;
	if (failures == tries)
		return err_permanent(err, "INJECTED failure (%" PRIu64 " %s)", tries,
				     tries == 1 ? "try" : "tries");
	if (failures != 0)
		snprintf(doing->work->warning, sizeof doing->work->warning, "done at try %" PRIu64,
			 failures + 1);
	return 0;
}

/* Take an element if there is one. */
static bool take(_Atomic int64_t *left)
{
	int64_t seen = *left;

	while (seen > 0) {
		if (atomic_compare_exchange_weak(left, &seen, seen - 1))
			return true;
	}
	return false;
}

static int use_list(struct doing *doing, const struct drill_step *step, struct err *err)
{
	_Atomic int64_t *left = &doing->drill->shared->left[step->target];

	if (step->op == DRILL_CHECK)
		doing->record->over = *left <= 0;
	else if (step->op == DRILL_TAKE)
		doing->record->over = !take(left);
	else if (!take(left))
		return err_permanent(err,
				     "the list %s is empty: another worker took its last element "
				     "after this one had looked",
				     doing->drill->scenario->vocabulary.lists.name[step->target]);
	return 0;
}

/* Go on when so many workers are here, or when no other has come for long enough. */
static int meet(struct doing *doing, uint64_t wanted, struct err *err)
{
	_Atomic uint64_t *arrived = &doing->drill->shared->arrived;
	uint64_t peers = work_peers(doing->work);
	uint64_t give_up_ns = clock_ns() + meet_patience_ns;
	uint64_t goal;

	if (wanted > peers)
		wanted = peers;
	if (wanted < 2)
		return 0;
	goal = (atomic_fetch_add(arrived, 1) / wanted + 1) * wanted;
	while (*arrived < goal && clock_ns() < give_up_ns) {
		if (work_wait(doing->work, look_again_ns, err) != 0)
			return -1;
	}
	return 0;
}

static int do_program(struct doing *doing, const struct drill_program *program, bool own,
		      struct err *err);

static int do_own_steps(struct doing *doing, struct err *err)
{
	const struct drill_program *own;
	char name[DRILL_NAME_BYTES + 24];

	drill_scenario_item(doing->drill->scenario, doing->number, name, sizeof name, &own);
	return own != NULL ? do_program(doing, own, true, err) : 0;
}

static int do_step(struct doing *doing, const struct drill_step *step, bool own, struct err *err)
{
	switch (step->op) {
	case DRILL_WAIT:
		return wait_for(doing, draw(doing, &step->amount), err);
	case DRILL_WAITS:
		return wait_for_many(doing, step, err);
	case DRILL_CPU:
		return compute(doing, draw(doing, &step->amount), err);
	case DRILL_SQUARES:
		doing->record->tasks++;
		drill_work_squares(draw(doing, &step->amount));
		return 0;
	case DRILL_SINES:
		doing->record->tasks++;
		drill_work_sines(draw(doing, &step->amount));
		return 0;
	case DRILL_ITEM:
		return own ? 0 : do_own_steps(doing, err);
	case DRILL_HEALTHY:
		doing->record->health = percent(doing) < step->amount.most ? 2 : 1;
		return 0;
	case DRILL_FAIL:
		return fail(doing, step, err);
	case DRILL_LOCK:
		work_lock(doing->work, step->target);
		return 0;
	case DRILL_UNLOCK:
		work_unlock(doing->work, step->target);
		return 0;
	case DRILL_CHECK:
	case DRILL_POP:
	case DRILL_TAKE:
		return use_list(doing, step, err);
	case DRILL_JOIN:
		return work_join(doing->work, step->target, err);
	case DRILL_MEET:
		return meet(doing, step->amount.most, err);
	default:
		return drill_fault(doing->work, step, err);
	}
}

static int do_program(struct doing *doing, const struct drill_program *program, bool own,
		      struct err *err)
{
	uint64_t items = doing->drill->scenario->count;

	for (size_t i = 0; i < program->count; i++) {
		const struct drill_step *step = &program->step[i];
		uint64_t times;

		if (doing->record->over ||
		    !drill_step_applies(step, doing->number, items, doing->work->attempt))
			continue;
		times = draw(doing, &step->repeat);
		for (uint64_t n = 0; n < times; n++) {
			if (do_step(doing, step, own, err) != 0)
				return -1;
			if (work_cancelled(doing->work))
				return err_transient(err, "abandoned on request");
		}
	}
	return 0;
}

static void begin_record(struct drill_record *record)
{
	record->start_ns = clock_ns();
	record->busy_ns = record->cpu_ns = 0;
	record->tasks = record->flights = record->health = record->over = 0;
}

static void give_result(struct doing *doing)
{
	const struct drill_scenario *scenario = doing->drill->scenario;
	const struct drill_record *record = doing->record;
	struct drill_result result = {.start_ns = record->start_ns,
				      .end_ns = clock_ns(),
				      .busy_ns = record->busy_ns,
				      .cpu_ns = record->cpu_ns,
				      .tasks = record->tasks,
				      .flights = record->flights,
				      .health = record->health};

	snprintf(result.scenario, sizeof result.scenario, "%s", scenario->name);
	snprintf(result.kind, sizeof result.kind, "%s",
		 drill_scenario_kind(scenario, doing->number));
	memcpy(doing->work->result, &result, sizeof result);
	doing->work->result_length = sizeof result;
}

/* The last items of all: who has one of them need not come back. */
static void count_down(struct doing *doing)
{
	uint64_t taken = atomic_fetch_add(&doing->drill->shared->taken, 1) + 1;

	if (taken + work_peers(doing->work) > doing->drill->scenario->count)
		work_leave(doing->work, "finished: its share is done");
}

int drill_stage(struct work *work, struct err *err)
{
	struct doing doing = {.work = work, .drill = drill_of(work->config)};
	uint64_t begin_ns = clock_ns(), begin_cpu_ns = clock_thread_cpu_ns();
	struct drill_payload payload = {0};
	int result;

	if (work->payload_length == sizeof payload)
		memcpy(&payload, work->payload, sizeof payload);
	if (payload.number == 0 || payload.number > doing.drill->scenario->count) {
		if (work->stage == 0)
			work_leave(work, "finished: it got a sentinel");
		return 0;
	}
	doing.number = payload.number;
	doing.record = &doing.drill->shared->record[payload.number - 1];
	doing.place = (uint64_t)work->stage << 32;
	if (work->stage == 0) {
		begin_record(doing.record);
		if (doing.drill->end == DRILL_END_COUNT)
			count_down(&doing);
	}
	result = do_program(&doing, &doing.drill->scenario->stage[work->stage].program, false, err);
	doing.record->busy_ns += clock_ns() - begin_ns;
	doing.record->cpu_ns += clock_thread_cpu_ns() - begin_cpu_ns;
	if (result == 0 && work->stage + 1 == doing.drill->scenario->nstages)
		give_result(&doing);
	return result;
}
