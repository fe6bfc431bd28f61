/*
 * accessible.c - what is worth a sentence, and the loop of `attach --accessible` (floor: tui).
 * One thread.
 *
 * Told are: the start, changes of the run's state, each tenth of the items, workers that join, die,
 * come back or leave while there is work, errors and warnings, and the end. What a worker does from
 * item to item is not: a voice cannot keep up with it.
 */
#include "config.h"

#include "tui/accessible.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "tui/accessible_keys.h"
#include "tui/app.h"
#include "tui/signals.h"
#include "tui/worker_text.h"
#include "view/verdict.h"

#define LOOK_NS (CLOCK_SECOND_NS / 10)

enum { REFUSED = 2 };

struct accessible {
	FILE *stream;
	bool begun;
	bool ended;
	uint32_t run_state;
	unsigned tenths; /* of the items, told last */
	unsigned workers;
	struct {
		uint32_t incarnation;
		bool alive;
	} worker[PAGE_WORKERS];
	uint64_t log_lines; /* told, counted from the first ever */
};

struct accessible *accessible_new(FILE *stream)
{
	struct accessible *accessible = mem_calloc(1, sizeof(*accessible));

	accessible->stream = stream;
	return accessible;
}

void accessible_free(struct accessible *accessible)
{
	free(accessible);
}

static void tell_start(struct accessible *a, const struct snapshot *snapshot)
{
	const struct page_plan *plan = &snapshot->plan;

	(void)fprintf(a->stream, "Run %s: workload %s, plan %s, %u CPUs.\n", plan->run_id,
		      plan->workload, plan->plan, plan->cores);
	a->begun = true;
	a->run_state = snapshot->status.state;
	a->workers = worker_count(snapshot);
	for (unsigned i = 0; i < a->workers; i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;
		a->worker[i].incarnation = live->incarnation;
		a->worker[i].alive = page_state_info((enum worker_state)live->state)->alive;
	}
}

static void tell_state(struct accessible *a, const struct snapshot *snapshot)
{
	static const char *const sentences[] = {
		[RUN_STARTING] = "The run is starting.",
		[RUN_RUNNING] = "The run goes on.",
		[RUN_PAUSED] = "The run is paused.",
		[RUN_DRAINING] = "The run finishes the items that were begun.",
		[RUN_STOPPING] = "The run is being stopped.",
		[RUN_REPORTING] = "The work is done; the report is being written.",
	};

	if (snapshot->status.state == a->run_state)
		return;
	a->run_state = snapshot->status.state;
	if (a->run_state < sizeof(sentences) / sizeof(sentences[0]))
		(void)fprintf(a->stream, "%s\n", sentences[a->run_state]);
}

static void tell_progress(struct accessible *a, const struct model *model)
{
	const struct page_status *status = &model->live->status;
	uint64_t finished = snapshot_finished(model->live);
	struct rates_run rates;
	char rate[16];

	if (!status->source_ended || status->found == 0)
		return;
	unsigned tenths = (unsigned)(finished * 10 / status->found);
	if (tenths <= a->tenths)
		return;
	a->tenths = tenths;
	rates_run(model->rates, &rates);
	text_rate(rate, sizeof(rate), rates.items_per_s);
	(void)fprintf(a->stream, "%u percent: %llu of %llu items, %llu failed, %s per second",
		      (unsigned)(finished * 100 / status->found), (unsigned long long)finished,
		      (unsigned long long)status->found,
		      (unsigned long long)status->done[ITEM_FAILED], rate);
	if (rates.eta_s >= 1 && tenths < 10)
		(void)fprintf(a->stream, ", about %.0f seconds left", rates.eta_s);
	(void)fputs(".\n", a->stream);
}

static void tell_worker(struct accessible *a, const struct snapshot *snapshot, unsigned worker)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	bool alive = page_state_info((enum worker_state)live->state)->alive;
	bool known = worker < a->workers;
	char why[160];

	worker_wait_text(snapshot, worker, why, sizeof(why));
	if (known && a->worker[worker].alive && live->state == WORKER_DEAD)
		(void)fprintf(a->stream, "Worker %s died: %s.\n", live->name, why);
	else if (known && a->worker[worker].alive && !alive && snapshot->status.in_flight > 0 &&
		 live->state == WORKER_FINISHED)
		(void)fprintf(a->stream, "Worker %s has ended: %s.\n", live->name, why);
	else if (alive && live->incarnation > 1 &&
		 live->incarnation > a->worker[worker].incarnation)
		(void)fprintf(a->stream, "Worker %s was started again, incarnation %u.\n",
			      live->name, live->incarnation);
	else if (!known)
		(void)fprintf(a->stream, "Worker %s has joined.\n", live->name);
	a->worker[worker].incarnation = live->incarnation;
	a->worker[worker].alive = alive;
}

static void tell_log(struct accessible *a, const struct model *model)
{
	uint64_t oldest = model->log.total - model_log_count(model);

	if (a->log_lines < oldest)
		a->log_lines = oldest;
	for (; a->log_lines < model->log.total; a->log_lines++) {
		const struct page_log_line *line =
			model_log_line(model, (size_t)(a->log_lines - oldest));
		if (line->level != LOG_INFO)
			(void)fprintf(a->stream, "%s: %s\n",
				      line->level == LOG_ERROR ? "Error" : "Warning", line->text);
	}
}

static void tell_end(struct accessible *a, const struct model *model)
{
	const struct page_status *status = &model->live->status;
	char sentence[512], elapsed[32];

	a->ended = true;
	if (model->lost) {
		(void)fputs("The supervisor died before the run was over.\n", a->stream);
		return;
	}
	text_elapsed(elapsed, sizeof(elapsed), snapshot_elapsed_ns(model->live));
	(void)fprintf(a->stream, "The run has ended after %s: %llu ok, %llu failed.\n", elapsed,
		      (unsigned long long)status->done[ITEM_OK],
		      (unsigned long long)status->done[ITEM_FAILED]);
	verdict_sentence(model->live, sentence, sizeof(sentence));
	if (sentence[0] != '\0')
		(void)fprintf(a->stream, "Verdict: %s.\n", sentence);
}

void accessible_look(struct accessible *accessible, const struct model *model)
{
	struct accessible *a = accessible;

	if (!model->valid || a->ended)
		return;
	if (!a->begun)
		tell_start(a, model->live);
	tell_state(a, model->live);
	for (unsigned i = 0; i < worker_count(model->live); i++)
		tell_worker(a, model->live, i);
	if (worker_count(model->live) > a->workers)
		a->workers = worker_count(model->live);
	tell_log(a, model);
	tell_progress(a, model);
	if (model_ended(model))
		tell_end(a, model);
	(void)fflush(a->stream);
}

struct attached {
	struct accessible *sentences;
	struct accessible_keys *keys; /* NULL: there are none */
	struct model *model;
	int signals_fd;
	bool left; /* by a key; the run goes on */
};

/* Until the run has ended, or is left by a key or a signal; the signal, or 0. */
static int watch(struct attached *attached)
{
	const struct timespec pause = {.tv_nsec = (long)LOOK_NS};
	struct pollfd fds[2] = {{.fd = attached->signals_fd, .events = POLLIN},
				{.fd = -1, .events = POLLIN}};
	int number;

	while (!attached->left) {
		model_update(attached->model, clock_ns());
		accessible_look(attached->sentences, attached->model);
		if (model_ended(attached->model) || ferror(attached->sentences->stream))
			return 0;
		if (attached->keys != NULL) {
			accessible_keys_greet(attached->keys);
			fds[1].fd = accessible_keys_fd(attached->keys);
		}
		fds[1].revents = 0;
		if (ppoll(fds, 2, &pause, NULL) < 0 && errno != EINTR)
			return 0;
		if ((number = signals_next(attached->signals_fd)) == SIGTSTP)
			accessible_keys_stop(attached->keys);
		else if (number != 0)
			return number;
		if (attached->keys != NULL)
			attached->left = accessible_keys_take(
						 attached->keys,
						 fds[1].fd >= 0 && fds[1].revents != 0) == UI_QUIT;
	}
	(void)fputs("The run goes on.\n", attached->sentences->stream);
	return 0;
}

int accessible_attach(const char *page_path, const struct ui_services *writers, int keys_fd)
{
	/* The last one only where there are keys. */
	static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGTSTP};
	struct attached attached = {.model = model_new(), .sentences = accessible_new(stdout)};
	struct model *model = attached.model;
	int status = REFUSED;
	struct err err;

	model->present_only = true;
	err_clear(&err);
	attached.signals_fd =
		signals_open(caught, sizeof(caught) / sizeof(caught[0]) - (keys_fd < 0), &err);
	if (attached.signals_fd < 0 || model_open_page(model, page_path, &err) != 0) {
		(void)fprintf(stderr, "imgtop: %s\n", err.text);
	} else {
		if (keys_fd >= 0)
			attached.keys = accessible_keys_new(stdout, writers, model, keys_fd, false);
		int number = watch(&attached);
		status = number != 0	      ? 128 + number
			 : model_ended(model) ? (int)model->live->status.exit_code
					      : 0;
	}
	accessible_keys_free(attached.keys);
	if (attached.signals_fd >= 0)
		signals_close();
	accessible_free(attached.sentences);
	model_free(model);
	return status;
}
