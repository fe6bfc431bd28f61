/*
 * batch.c - a run without a screen: plain lines on stderr, or JSON Lines on stdout (floor: tui).
 * One thread.
 *
 * Sleeps in ppoll over signals, the run's end, keys (of a run told in sentences on a terminal) and
 * the next look at the page (ten a second, so that rates and errors are as fresh as on the screen).
 * Lines carry no cursor movement.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/accessible.h"
#include "tui/accessible_keys.h"
#include "tui/app.h"
#include "tui/dumping.h"
#include "tui/jsonl.h"
#include "tui/model.h"
#include "tui/signals.h"

#define LOOK_NS	    (CLOCK_SECOND_NS / 10)
#define PROGRESS_NS (5 * CLOCK_SECOND_NS)
#define INTERVAL_NS CLOCK_SECOND_NS
#define SILENT_NS   (2 * CLOCK_SECOND_NS)

enum { EXIT_REFUSED = 2, EXIT_UNSAVED = 5, WHY_BYTES = 512 };

struct batch {
	const struct ui_services *services;
	struct ui_run run;
	struct model *model;
	bool json;
	struct accessible *sentences; /* NULL: lines or JSON */
	struct accessible_keys *keys; /* of sentences */
	bool let_go;		      /* the run goes on without us */
	bool output_failed;	      /* nobody reads the JSON any more */
	int signals_fd;
	unsigned signals; /* forwarded so far */
	struct dumping dumping;
	bool suspects;	     /* the supervisor, for saying nothing */
	bool told_unwatched; /* that it is stopped */
	uint64_t printed;    /* lines of the log, counted from the first ever */
	uint64_t next_progress_ns;
};

static void clock_time(char *text, size_t size)
{
	time_t now = time(NULL);
	struct tm parts;

	if (localtime_r(&now, &parts) == NULL || strftime(text, size, "%H:%M:%S", &parts) == 0)
		text[0] = '\0';
}

static void print_progress(const struct batch *batch)
{
	const struct snapshot *snapshot = model_shown(batch->model);
	const struct page_status *status = &snapshot->status;
	char at[16], rate[16], bytes[16], eta[32] = "";
	struct rates_run rates;

	rates_run(batch->model->rates, &rates);
	clock_time(at, sizeof(at));
	text_rate(rate, sizeof(rate), rates.items_per_s);
	text_bytes(bytes, sizeof(bytes), (uint64_t)(rates.bytes_in_per_s + 0.5));
	(void)fprintf(stderr, "%s %s %llu/%llu%s ok %llu failed %llu %s/s %s/s", at,
		      snapshot->plan.workload, (unsigned long long)snapshot_finished(snapshot),
		      (unsigned long long)status->found, status->source_ended ? "" : "+",
		      (unsigned long long)status->done[ITEM_OK],
		      (unsigned long long)status->done[ITEM_FAILED], rate, bytes);
	if (rates.eta_s >= 0 && status->ended_ns == 0) {
		text_elapsed(eta, sizeof(eta), (uint64_t)rates.eta_s * CLOCK_SECOND_NS);
		eta[strcspn(eta, ".")] = '\0'; /* seconds are what an estimate is good for */
		(void)fprintf(stderr, " ETA %s", eta);
	}
	(void)fputc('\n', stderr);
}

/* Told once: what could not be written is dropped. */
static void lose_output(struct batch *batch)
{
	batch->output_failed = true;
	(void)fprintf(stderr, "imgtop: standard output: cannot be written: %s\n", strerror(errno));
	__fpurge(stdout);
	clearerr(stdout);
}

/* A reader that has gone away ends the run as a signal does: nobody wants it any more. */
static void check_output(struct batch *batch, int result)
{
	if (result == 0 || batch->output_failed)
		return;
	lose_output(batch);
	batch->services->signal(batch->services->context, &batch->run, UI_TERMINATE);
}

static void print_log(struct batch *batch)
{
	const struct model *model = batch->model;
	uint64_t oldest = model->log.total - model_log_count(model);

	if (batch->printed < oldest) {
		if (!batch->json)
			(void)fprintf(stderr, "imgtop: %llu lines of the log were lost\n",
				      (unsigned long long)(oldest - batch->printed));
		batch->printed = oldest;
	}
	for (; batch->printed < model->log.total; batch->printed++) {
		const struct page_log_line *line =
			model_log_line(model, (size_t)(batch->printed - oldest));
		if (batch->json && !batch->output_failed)
			check_output(batch, jsonl_event(stdout, model, line));
		else if (!batch->json && line->level != LOG_INFO)
			(void)fprintf(stderr, "imgtop: %s\n", line->text);
	}
}

/* What else hangs is told by the supervisor, in the log. Only while it says nothing is the run
 * looked into from here. */
static void watch_supervisor(struct batch *batch)
{
	const struct snapshot *snapshot = model_shown(batch->model);
	const struct page_status *status = &snapshot->status;
	const struct diagnosis_run *run = diagnosis_run(batch->model->diagnosis);
	bool silent = batch->model->valid && status->ended_ns == 0 &&
		      snapshot->at_ns > status->updated_ns + SILENT_NS;

	if (batch->json)
		return;
	if (silent && !batch->suspects)
		model_diagnose(batch->model);
	if (!silent && batch->suspects)
		model_diagnosed(batch->model);
	batch->suspects = silent;
	if (silent && !batch->told_unwatched && run->unwatched && run->hung) {
		(void)fprintf(stderr, "imgtop: %s\n", run->sentence);
		batch->told_unwatched = true;
	}
	if (!silent && batch->told_unwatched) {
		(void)fprintf(stderr, "imgtop: the supervisor goes on again\n");
		batch->told_unwatched = false;
	}
}

static void look(struct batch *batch)
{
	uint64_t now_ns = clock_ns();

	model_update(batch->model, now_ns);
	if (batch->sentences != NULL) {
		accessible_look(batch->sentences, batch->model);
		if (batch->model->valid)
			accessible_keys_greet(batch->keys);
		return;
	}
	print_log(batch);
	watch_supervisor(batch);
	if (now_ns < batch->next_progress_ns)
		return;
	if (batch->json && !batch->output_failed) {
		check_output(batch, jsonl_interval(stdout, batch->model));
		if (!batch->output_failed)
			check_output(batch, jsonl_workers(stdout, batch->model));
	} else if (!batch->json) {
		print_progress(batch);
	}
	batch->next_progress_ns = now_ns + (batch->json ? INTERVAL_NS : PROGRESS_NS);
}

/* The dump that SIGUSR1 has asked for. */
static void poll_dump(struct batch *batch)
{
	struct err err;
	char *path;

	err_clear(&err);
	if (!dumping_poll(&batch->dumping, batch->services, batch->model, &path, &err))
		return;
	(void)fprintf(stderr, "imgtop: dump: %s\n", path != NULL ? path : err.text);
	free(path);
}

static void forward(struct batch *batch)
{
	int number;

	while ((number = signals_next(batch->signals_fd)) != 0) {
		if (number == SIGPIPE)
			continue; /* the write that failed says so */
		if (number == SIGUSR1) {
			if (dumping_possible(batch->services, batch->model))
				dumping_begin(&batch->dumping, batch->services, batch->model);
			continue;
		}
		if (number == SIGTSTP) {
			accessible_keys_stop(batch->keys);
			continue;
		}
		enum ui_signal signal = number == SIGTERM  ? UI_TERMINATE
					: number == SIGHUP ? UI_HANGUP
							   : UI_INTERRUPT;

		batch->services->signal(batch->services->context, &batch->run, signal);
		if (batch->signals++ == 0 && number != SIGHUP)
			(void)fprintf(stderr, "imgtop: finishing the items begun; a second "
					      "interrupt stops at once\n");
	}
}

/* What was typed; the run may be let go by it. */
static void take_keys(struct batch *batch, bool readable)
{
	const struct ui_services *services = batch->services;

	switch (accessible_keys_take(batch->keys, readable)) {
	case UI_LET_GO:
		services->signal(services->context, &batch->run, UI_DETACH);
		batch->let_go = true;
		break;
	case UI_CANCEL:
		batch->signals++;
		services->signal(services->context, &batch->run, UI_INTERRUPT);
		break;
	default: /* it ends by itself, and we with it */
		break;
	}
}

/* Until the supervisor has ended, or is let go. */
static void watch(struct batch *batch)
{
	struct pollfd fds[3] = {
		{.fd = batch->signals_fd, .events = POLLIN},
		{.fd = batch->services->end_fd(batch->services->context, &batch->run),
		 .events = POLLIN},
		{.fd = -1, .events = POLLIN},
	};
	const struct timespec pause = {.tv_nsec = (long)LOOK_NS};

	for (;;) {
		look(batch);
		poll_dump(batch);
		fds[2].revents = 0;
		if (batch->keys != NULL)
			fds[2].fd = accessible_keys_fd(batch->keys);
		if (ppoll(fds, 3, &pause, NULL) < 0 && errno != EINTR)
			return;
		if (fds[0].revents != 0)
			forward(batch);
		if (batch->keys != NULL)
			take_keys(batch, fds[2].fd >= 0 && fds[2].revents != 0);
		if (fds[1].revents != 0 || batch->let_go)
			return;
	}
}

/* Nobody has sent the signal that ended a run without a reader: what it tells is that the record of
 * the run is not whole. */
static int status_without_reader(const struct batch *batch, int status)
{
	bool graver = status == 3 || status == 4 || batch->signals != 0;

	return batch->output_failed && !graver ? EXIT_UNSAVED : status;
}

static int finish(struct batch *batch)
{
	const struct ui_services *services = batch->services;
	char why[WHY_BYTES] = "";
	int status = services->finish(services->context, &batch->run, why, sizeof(why));
	char *text = NULL;

	if (batch->let_go) {
		(void)printf("The run goes on; watch it with: imgtop attach %s\n",
			     batch->model->live->plan.run_id);
		return 0;
	}
	model_update(batch->model, clock_ns());
	if (batch->sentences != NULL)
		accessible_look(batch->sentences, batch->model);
	else
		print_log(batch);
	if (why[0] != '\0')
		(void)fprintf(stderr, "imgtop: %s\n", why);
	if (status == EXIT_REFUSED && !batch->json)
		return status;
	if (batch->model->lost)
		(void)fprintf(stderr, "imgtop: the supervisor died before the run was over; "
				      "run it again to do what is missing\n");
	if (batch->model->live->recorder.report_state == 2)
		(void)fprintf(stderr,
			      "imgtop: the report could not be saved: %s; name another folder with "
			      "--report\n",
			      batch->model->live->recorder.report_error);
	if (batch->json) {
		if (services->summary_json != NULL)
			text = services->summary_json(services->context, batch->model->live);
		if (!batch->output_failed && jsonl_final(stdout, batch->model, text, status) != 0)
			lose_output(batch);
		status = status_without_reader(batch, status);
	} else {
		if (batch->sentences == NULL)
			print_progress(batch);
		if (services->summary != NULL)
			text = services->summary(services->context, batch->model->live);
		(void)fputs(text != NULL ? text : "", stderr);
	}
	free(text);
	return status;
}

static int run(struct batch *batch, struct err *err)
{
	const struct ui_services *services = batch->services;

	if (services->start(services->context, &batch->run, err) != 0)
		return -1;
	services->signal(services->context, &batch->run, UI_UNWATCHED);
	if (model_open_page(batch->model, batch->run.page_path, err) != 0) {
		char why[WHY_BYTES] = "";
		if (access(batch->run.page_path, F_OK) == 0)
			services->signal(services->context, &batch->run, UI_TERMINATE);
		int status = services->finish(services->context, &batch->run, why, sizeof(why));
		if (why[0] != '\0')
			return err_permanent(err, "%s", why);
		return err_context(err, "the run cannot be shown (it ended with status %d)",
				   status);
	}
	watch(batch);
	return 0;
}

int batch_run(const struct ui_services *services, enum batch_output output, int keys_fd)
{
	/* The last one only where there are keys: without them it stops us as it stops everybody.
	 */
	static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1, SIGTSTP};
	const size_t signals = sizeof(caught) / sizeof(caught[0]) - (keys_fd < 0);
	struct batch batch = {.services = services, .json = output == BATCH_JSON};
	int status = EXIT_REFUSED;
	struct err err;

	err_clear(&err);
	batch.signals_fd = signals_open(caught, signals, &err);
	if (batch.signals_fd < 0) {
		(void)fprintf(stderr, "imgtop: %s\n", err.text);
		return status;
	}
	batch.model = model_new();
	batch.model->undiagnosed = !batch.json; /* the log tells what the watchdog finds */
	batch.model->present_only = true;
	if (output == BATCH_SENTENCES)
		batch.sentences = accessible_new(stdout);
	if (keys_fd >= 0)
		batch.keys = accessible_keys_new(stdout, services, batch.model, keys_fd, true);
	if (run(&batch, &err) != 0)
		(void)fprintf(stderr, "imgtop: %s\n", err.text);
	else
		status = finish(&batch);
	accessible_keys_free(batch.keys);
	accessible_free(batch.sentences);
	dumping_drop(&batch.dumping);
	model_free(batch.model);
	signals_close();
	return status;
}
