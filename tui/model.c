/*
 * model.c - where the pictures come from (floor: tui). One thread.
 *
 * A page stays mapped when its file is removed, so a run that vanishes leaves its last picture.
 */
#include "config.h"

#include "tui/model.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "view/control.h"

enum { LOG_BATCH = 32 };

/* Tenths of real time. */
static const unsigned speeds[] = {1, 2, 5, 10, 20, 50, 100};
enum { REAL_TIME = 3, SPEEDS = sizeof(speeds) / sizeof(speeds[0]) };

struct model *model_new(void)
{
	struct model *model = mem_calloc(1, sizeof(*model));

	model->live = snapshot_new();
	model->held = snapshot_new();
	model->rates = rates_new();
	model->diagnosis = diagnosis_new(false);
	model->past = past_new(true);
	model->log.line = mem_calloc(MODEL_LOG_LINES, sizeof(*model->log.line));
	model->playing = true;
	model->speed = REAL_TIME;
	return model;
}

void model_free(struct model *model)
{
	if (model == NULL)
		return;
	snapshot_free(model->live);
	snapshot_free(model->held);
	rates_free(model->rates);
	diagnosis_free(model->diagnosis);
	past_free(model->past);
	if (model->page != NULL)
		page_close(model->page);
	if (model->replay != NULL)
		replay_close(model->replay);
	page_close(model->saved);
	free(model->socket_path);
	free(model->log.line);
	free(model);
}

int model_open_page(struct model *model, const char *path, struct err *err)
{
	model->page = page_open(path, err);
	if (model->page == NULL)
		return -1;
	model->socket_path = control_socket_path(path);
	diagnosis_free(model->diagnosis);
	model->diagnosis = diagnosis_new(true);
	return 0;
}

/* What else a report folder has of the run; without it there is less to say, and no more. */
static void open_neighbours(struct model *model, const char *events_path)
{
	const char *slash = strrchr(events_path, '/');
	char *folder = slash != NULL ? mem_strndup(events_path, (size_t)(slash - events_path))
				     : mem_strdup(".");
	char *page = path_join(folder, "run.page");
	char *joblog = path_join(folder, "joblog.tsv");
	struct err err;

	model->saved = page_open(page, &err);
	past_read_names(model->past, joblog);
	free(joblog);
	free(page);
	free(folder);
}

int model_open_replay(struct model *model, const char *events_path, struct err *err)
{
	model->replay = replay_open(events_path, err);
	if (model->replay == NULL)
		return -1;
	if (replay_count(model->replay) == 0)
		return err_permanent(err, "%s: holds no snapshot of the run", events_path);
	replay_span(model->replay, &model->first_ns, &model->last_ns);
	model->position_ns = model->first_ns;
	past_free(model->past);
	model->past = past_new(false);
	past_read_replay(model->past, model->replay);
	open_neighbours(model, events_path);
	return 0;
}

void model_feed(struct model *model, const struct snapshot *snapshot)
{
	struct rates_run run;

	if (snapshot != model->live)
		snapshot_copy(model->live, snapshot);
	model->valid = true;
	history_add(&model->history, snapshot_elapsed_ns(model->live),
		    snapshot_finished(model->live));
	if (!model->present_only)
		past_see(model->past, model->live);
	if (model->frozen)
		return;
	rates_feed(model->rates, model->live);
	if (!model->undiagnosed || model->asked != 0)
		diagnosis_look(model->diagnosis, model->live, model->page);
	rates_run(model->rates, &run);
	if (run.items_per_s > model->peak_per_s)
		model->peak_per_s = run.items_per_s;
}

void model_diagnose(struct model *model)
{
	if (model->asked++ != 0 || !model->undiagnosed)
		return;
	diagnosis_look(model->diagnosis, model->live, model->page);
	diagnosis_catch_up(model->diagnosis, model->live);
}

void model_diagnosed(struct model *model)
{
	model->asked--;
}

void model_log_add(struct model *model, const struct page_log_line *line)
{
	model->log.line[model->log.total % MODEL_LOG_LINES] = *line;
	model->log.total++;
}

static void read_page_log(struct model *model)
{
	struct page_log_line lines[LOG_BATCH];
	size_t count;

	do {
		count = page_read_log(model->page, &model->log.next, lines, LOG_BATCH,
				      &model->log.lost);
		for (size_t i = 0; i < count; i++)
			model_log_add(model, &lines[i]);
	} while (count == LOG_BATCH);
}

static void read_replay_log(struct model *model, uint64_t from_ns, uint64_t to_ns)
{
	struct page_log_line *lines = mem_calloc(MODEL_LOG_LINES, sizeof(*lines));
	size_t count = replay_log(model->replay, from_ns, to_ns, lines, MODEL_LOG_LINES);

	for (size_t i = 0; i < count; i++)
		model_log_add(model, &lines[i]);
	free(lines);
}

/* The supervisor is a process of the same user on this machine; a dead one answers ESRCH. */
static bool supervisor_is_gone(const struct model *model)
{
	pid_t pid = (pid_t)model->live->plan.supervisor_pid;

	return pid > 0 && kill(pid, 0) != 0 && errno == ESRCH;
}

static void update_page(struct model *model)
{
	bool gone = supervisor_is_gone(model); /* before the page is read: its last words count */

	snapshot_take(model->live, model->page);
	model_feed(model, model->live);
	if (!model->present_only)
		past_read_page(model->past, model->page, model->live->status.workers);
	model->lost =
		gone && model->live->status.ended_ns == 0 && model->live->status.state != RUN_DONE;
	if (!model->frozen)
		read_page_log(model);
}

static void show_position(struct model *model, uint64_t before_ns)
{
	struct err err;

	if (model->position_ns > model->last_ns)
		model->position_ns = model->last_ns;
	if (model->position_ns < model->first_ns)
		model->position_ns = model->first_ns;
	if (!model->valid || model->position_ns < before_ns) {
		model->log.total = 0;
		before_ns = 0;
	}
	if (replay_snapshot_at(model->replay, model->position_ns, model->live, &err) == 0) {
		if (model->live->at_ns < model->position_ns && model->playing)
			model->live->at_ns = model->position_ns; /* ages run on between snapshots */
		model_feed(model, model->live);
	}
	read_replay_log(model, before_ns, model->position_ns + 1);
}

void model_update(struct model *model, uint64_t now_ns)
{
	uint64_t passed_ns = model->clock_ns == 0 ? 0 : now_ns - model->clock_ns;

	if (passed_ns > CLOCK_SECOND_NS)
		passed_ns = CLOCK_SECOND_NS; /* this process was stopped: go on where it was left */

	model->clock_ns = now_ns;
	if (model->page != NULL) {
		update_page(model);
	} else if (model->replay != NULL) {
		uint64_t before_ns = model->position_ns + 1;

		if (model->valid && !model->playing)
			return;
		if (model->valid && model->position_ns >= model->last_ns)
			return;
		model->position_ns += passed_ns * speeds[model->speed] / 10;
		show_position(model, before_ns);
	}
}

void model_play(struct model *model, bool playing)
{
	model->playing = playing;
	model->clock_ns = 0;
}

void model_seek(struct model *model, int64_t by_ns)
{
	uint64_t before_ns = model->position_ns + 1;

	if (model->replay == NULL)
		return;
	if (by_ns < 0 && model->position_ns - model->first_ns < (uint64_t)-by_ns)
		model->position_ns = model->first_ns;
	else
		model->position_ns += (uint64_t)by_ns;
	show_position(model, before_ns);
}

unsigned model_speed_tenths(const struct model *model)
{
	return speeds[model->speed];
}

void model_change_speed(struct model *model, int steps)
{
	int speed = (int)model->speed + steps;

	model->speed = speed < 0 ? 0 : speed >= SPEEDS ? SPEEDS - 1 : (unsigned)speed;
}

void model_step(struct model *model, int steps)
{
	size_t count;

	if (model->replay == NULL)
		return;
	count = replay_count(model->replay);
	uint64_t between_ns =
		count > 1 ? (model->last_ns - model->first_ns) / (count - 1) : CLOCK_SECOND_NS;
	model_play(model, false);
	model_seek(model, steps * (int64_t)between_ns);
}

void model_freeze(struct model *model, bool frozen)
{
	if (frozen && !model->frozen)
		snapshot_copy(model->held, model->live);
	model->frozen = frozen;
}

const struct page *model_histograms(const struct model *model)
{
	return model->page != NULL ? model->page : model->saved;
}

const struct snapshot *model_shown(const struct model *model)
{
	return model->frozen ? model->held : model->live;
}

bool model_ended(const struct model *model)
{
	return model->valid && (model->lost || model->live->status.ended_ns != 0 ||
				model->live->status.state == RUN_DONE);
}

size_t model_log_count(const struct model *model)
{
	return model->log.total < MODEL_LOG_LINES ? (size_t)model->log.total : MODEL_LOG_LINES;
}

const struct page_log_line *model_log_line(const struct model *model, size_t index)
{
	uint64_t oldest = model->log.total - model_log_count(model);

	return &model->log.line[(oldest + index) % MODEL_LOG_LINES];
}
