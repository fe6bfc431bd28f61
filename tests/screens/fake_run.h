/*
 * fake_run.h - a run that is only a page: no supervisor, no workers, and services that count what
 * they are asked. One at a time.
 */
#ifndef IMGTOP_TESTS_FAKE_RUN_H
#define IMGTOP_TESTS_FAKE_RUN_H

#include <sys/types.h>

#include "record/page.h"
#include "tui/services.h"

struct fake_run {
	struct ui_services services;
	char folder[64];
	char path[96];
	struct page *page;
	int end[2];		    /* end[0] becomes readable when end[1] is closed */
	unsigned interrupts;	    /* forwarded */
	unsigned interrupts_to_end; /* after so many the run ends */
	int exit_status;
	const char *refusal; /* NULL, or why finish says that the run was refused */
};

/* Make the page: images, hybrid:1+1, two workers, 3 of 10 done, one error in the log. */
void fake_run_init(struct fake_run *run, pid_t supervisor);
void fake_run_release(struct fake_run *run);

/* The run ends by itself. */
void fake_run_end(struct fake_run *run, unsigned exit_code);

#endif
