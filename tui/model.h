/*
 * model.h - the run that the screens look at: a live page or a saved one (floor: tui).
 *
 * Screens read the snapshot that model_shown() returns and nothing else of a run. Time comes in by
 * argument, so that a replay and a test decide what the clock says.
 */
#ifndef IMGTOP_TUI_MODEL_H
#define IMGTOP_TUI_MODEL_H

#include "record/replay.h"
#include "record/snapshot.h"
#include "tui/history.h"
#include "tui/past.h"
#include "view/diagnosis.h"
#include "view/rates.h"

enum { MODEL_LOG_LINES = PAGE_LOG_LINES };

struct model_log {
	struct page_log_line *line; /* ring of MODEL_LOG_LINES */
	uint64_t total;		    /* ever added; the last MODEL_LOG_LINES of them are kept */
	uint64_t lost;		    /* overwritten in the page before they were read */
	uint64_t next;		    /* serial to read next */
};

struct model {
	struct snapshot *live; /* the latest */
	struct snapshot *held; /* what is shown while the view is frozen */
	struct rates *rates;
	struct diagnosis *diagnosis; /* asks the kernel on a live page only */
	bool undiagnosed;	     /* nobody asks what is wrong as a rule: do not look */
	unsigned asked;		     /* by so many what is wrong, for the moment */
	bool present_only;	     /* nobody will see the past: keep none of a live page */
	struct model_log log;
	struct history history; /* of finished items */
	struct past *past;	/* of the workers; goes on while the view is frozen */
	bool valid;		/* live holds a run */
	bool frozen;
	bool lost; /* the supervisor is gone and never said that the run ended */
	double peak_per_s;
	double self_percent; /* CPU of this process, of one core */

	struct page *page; /* NULL in a replay */
	char *socket_path; /* control socket of the page, or NULL */

	struct replay_reader *replay; /* NULL on a live page */
	struct page *saved;	      /* the last state of a saved run's page, or NULL */
	bool playing;
	unsigned speed;	      /* index of the speeds that can be chosen */
	uint64_t position_ns; /* in the replayed run's time */
	uint64_t first_ns;
	uint64_t last_ns;
	uint64_t clock_ns; /* of the last model_update */
};

struct model *model_new(void);
void model_free(struct model *model);

/* Look at a live page, or at the events file of a saved run, from its beginning. */
/* model_open_replay also looks for what lies beside the events in a report folder: page, joblog. */
int model_open_page(struct model *model, const char *path, struct err *err);
int model_open_replay(struct model *model, const char *events_path, struct err *err);

/* Read the page, or play on; now_ns is CLOCK_MONOTONIC. */
void model_update(struct model *model, uint64_t now_ns);

/* Take this snapshot as the latest: what model_update does with what it read. */
void model_feed(struct model *model, const struct snapshot *snapshot);

/* Somebody asks what is wrong, and does no more: in between an undiagnosed model is diagnosed. */
void model_diagnose(struct model *model);
void model_diagnosed(struct model *model);

/* Keep the picture that is shown, or go on. */
void model_freeze(struct model *model, bool frozen);

/* Let a replay go on from where it is, or stop it there. */
void model_play(struct model *model, bool playing);

/* How fast a replay plays, in tenths of real time; a step faster or slower (to the ends at most).
 */
unsigned model_speed_tenths(const struct model *model);
void model_change_speed(struct model *model, int steps);

/* To a picture beside the one that is shown, by the time between pictures, and stop there. */
void model_step(struct model *model, int steps);

/* Move a replay by this many nanoseconds. */
void model_seek(struct model *model, int64_t by_ns);

/* The page that has the histograms: the live one; of a saved run, which keeps no others, the last
 * one, whose percentiles are those of the whole run; NULL when there is none. */
const struct page *model_histograms(const struct model *model);

const struct snapshot *model_shown(const struct model *model);

/* Has the run that is shown ended (by itself, by a signal, or because its supervisor died)? */
bool model_ended(const struct model *model);

/* Lines of the log that are kept, and the one of index 0 (oldest)..count-1. */
size_t model_log_count(const struct model *model);
const struct page_log_line *model_log_line(const struct model *model, size_t index);
void model_log_add(struct model *model, const struct page_log_line *line);

#endif
