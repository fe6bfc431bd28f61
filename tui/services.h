/*
 * services.h - what the screens ask of the program that they do not do themselves (floor: tui).
 *
 * tui/ includes base, view and record, never the engine: main hands it this record of functions.
 * All values of the form are text, as on a command line.
 */
#ifndef IMGTOP_TUI_SERVICES_H
#define IMGTOP_TUI_SERVICES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct snapshot;
struct page;
struct diagnosis;
struct stack_job;
struct stack_set;
struct stack_target;

/* What is known of a live run. */
struct ui_dump {
	const struct page *page;
	const struct snapshot *snapshot;
	const struct diagnosis *diagnosis;
	const struct stack_set *stacks; /* NULL: not taken */
};

/* A field of the setup form. */
struct ui_field {
	const char *name;		/* option name: "strategy", "workers", "max" */
	const char *label;		/* "Strategy" */
	const char *help;		/* one sentence */
	const char *const *choices;	/* NULL: free text */
	const char *const *choice_help; /* a sentence per choice, or NULL */
	bool flag;			/* "yes" / "no" */
	bool advanced;			/* below the fold */
};

struct ui_preview {
	char topology[512];	  /* walk → [q 8] → read×2 → ... */
	char command[2048];	  /* the command line that does the same */
	char machine[128];	  /* "2 CPUs (container limit 1.5), 24 GB" */
	char recommendation[640]; /* counts with the reason */
	bool measured;		  /* it comes from a sample, or will */
	char about[768];	  /* what the run shows and what to watch, or "" */
	int bad_field;		  /* index of a field whose value cannot be used, or -1 */
	char problem[256];	  /* why, and what is allowed */
};

/* A run that was started. */
struct ui_run {
	char *page_path; /* owned */
	void *handle;	 /* the starter's own */
};

enum ui_signal {
	UI_INTERRUPT,
	UI_TERMINATE,
	UI_HANGUP,
	UI_DETACH,
	UI_UNWATCHED, /* no screen shows the run to anybody */
};

/* A demonstration, for the menu of them; all texts are the caller's. */
struct ui_demo {
	const char *name;
	const char *title;
	const char *text;    /* what it shows, in two sentences */
	const char *watch;   /* what to look at */
	const char *command; /* the command line that starts it */
};

struct ui_demos {
	const struct ui_demo *list;
	size_t count;
	size_t chosen; /* where the cursor stands */
	bool picked;   /* it is to be started */
};

struct ui_services {
	void *context;
	const struct ui_field *fields;
	size_t nfields;

	/* Is this field of use for the values at hand (io/cpu only for hybrid)? */
	bool (*field_applies)(void *context, size_t field);
	void (*get)(void *context, size_t field, char *text, size_t size);
	/* error: permanent, a sentence for beside the field; the old value stays */
	int (*set)(void *context, size_t field, const char *text, struct err *err);
	void (*preview)(void *context, struct ui_preview *preview);

	/* Measure a sample of the form's input, in the background: measure_fd becomes readable when
	 * there is more to read for measured(), which is true when it is over; -1: nothing goes
	 * on. What came of it is in the preview. error: it cannot be begun. All may be NULL. */
	int (*measure)(void *context, struct err *err);
	int (*measure_fd)(void *context);
	bool (*measured)(void *context);
	/* Set the fields to what the preview recommends. */
	int (*take_advice)(void *context, struct err *err);

	/* No input was given: make the built-in sample photos and use them. */
	bool (*needs_samples)(void *context);
	int (*use_samples)(void *context, struct err *err);
	/* Is what would be done only to be said? Then the screen is left instead of starting, and
	 * whoever showed it says it. May be NULL. */
	bool (*says_only)(void *context);

	/* Start the run of the form's values. Fills run; blocks until the page exists or it was
	 * refused. */
	int (*start)(void *context, struct ui_run *run, struct err *err);
	/* Forward a signal, let go of it (UI_DETACH), or say that nobody watches. */
	void (*signal)(void *context, struct ui_run *run, enum ui_signal signal);
	/* Descriptor that becomes readable when the supervisor has ended, for poll; -1 for attached
	 * runs. */
	int (*end_fd)(void *context, const struct ui_run *run);
	/* Await the end; exit status of the run. Releases run (its page_path too). why: the
	 * supervisor's sentence when it refused the run after its page existed (exit 2), else "".
	 */
	int (*finish)(void *context, struct ui_run *run, char *why, size_t size);

	/* The summary people read, and the summary as one JSON object; malloc'd, the caller frees;
	 * NULL when there is none. Either function may be NULL. */
	char *(*summary)(void *context, const struct snapshot *snapshot);
	char *(*summary_json)(void *context, const struct snapshot *snapshot);

	/* Have stacks taken, see stack_job_start. May be NULL. */
	struct stack_job *(*stacks)(void *context, const struct stack_target *targets, size_t count,
				    unsigned rounds, struct err *err);

	/* Write all that is known of the run down; path of the file, malloc'd, the caller frees.
	 * NULL: it could not be written, err says why. May be NULL. */
	char *(*dump)(void *context, const struct ui_dump *what, struct err *err);

	/* Where the trace of the run in this report folder is, as above. of: a run that goes on,
	 * whose trace is made now from what is recorded so far; NULL: one that has ended. */
	char *(*trace)(void *context, const char *dir, const struct snapshot *of, struct err *err);
};

#endif
