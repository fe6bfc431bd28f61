/*
 * fixture.h - the screens without a terminal: a form that starts nothing, a sample run, and a
 * canvas that is looked at as text.
 */
#ifndef IMGTOP_TESTS_FIXTURE_H
#define IMGTOP_TESTS_FIXTURE_H

#include "fake_form.h"
#include "tui/ui.h"

struct fixture {
	struct ui ui;
	struct fake_form form;
	struct canvas *canvas;
	char runtime[64];   /* folder of runs; empty unless the test makes some */
	char sent[128];	    /* the last message to the run */
	char all_sent[512]; /* all of them, a line each */
};

/* For cmocka: nothing is shown yet; or the sample run, drawn at 80x24. */
int fixture_set_up(void **state);
int fixture_set_up_run(void **state);
int fixture_tear_down(void **state);

/* Draw at another size, or again. */
void fixture_draw(struct fixture *fixture, int rows, int columns);
void fixture_redraw(struct fixture *fixture);

/* Is the text on the screen now? */
bool fixture_shows(struct fixture *fixture, const char *text);

/* Press each character, or a key so many times; drawn before and after each, as views are placed
 * when they are drawn. */
void fixture_press(struct fixture *fixture, const char *keys);
void fixture_key(struct fixture *fixture, int key, int times);

/* Click on the first place where the text stands; fails the test when it stands nowhere. */
void fixture_click(struct fixture *fixture, const char *text);

/* Compare with the golden files NAME-80x24, NAME-132x40, NAME-40x10 and NAME-30x6. */
void fixture_compare_sizes(struct fixture *fixture, const char *name);

/* Fails unless every cell at 132x40 is ASCII; returns how many hold `character`. */
size_t fixture_count_ascii(struct fixture *fixture, char character);

#endif
