/*
 * options_refused_test.c - command lines that cannot be used are refused with a sentence that says
 * what to do.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "options_support.h"

static void unknown_words_are_refused_with_the_nearest_known_one(void **state)
{
	(void)state;
	expect_refused(WORDS("rnu"),
		       "rnu: there is no such command; the nearest is run, and files are "
		       "given to a workload: imgtop run pictures FILE...");
	expect_refused(
		WORDS("run", "pictures", "--qualty=9"),
		"--qualty: there is no such option here; the nearest is --quality (imgtop run "
		"pictures --help)");
	expect_refused(
		WORDS("run", "pictures", "--strat", "threads"),
		"--strat: there is no such option here; the nearest is --strategy (imgtop run "
		"pictures --help)");
	expect_refused(WORDS("run", "pictures", "-jx", "5"),
		       "--workers: \"x\" cannot be used; allowed: a whole number from 1 to 240");
	expect_refused(WORDS("run", "pictures", "-X"),
		       "-X: there is no such option here; imgtop run pictures --help lists them");
	expect_refused(WORDS("attach", "--json"),
		       "--json: there is no such option here; the nearest is --mono (imgtop attach "
		       "--help)");
	expect_refused(
		WORDS("run", "films", "a"),
		"run: there is no workload 'films' in this version, only: pictures, other; as in "
		"imgtop run pictures FILE...");
	expect_refused(WORDS("run"),
		       "run: needs the name of a workload: pictures, other; as in imgtop "
		       "run pictures FILE...");
	expect_refused(
		WORDS("-j4", "run", "pictures"),
		"-j4: stands before any command, where there is no such option; put it behind "
		"one, as in imgtop run pictures -j4");
	expect_refused(
		WORDS("run", "other", "--quality", "3"),
		"--quality: there is no such option here; the nearest is --queue (imgtop run other "
		"--help)");
}

static void advice_needs_an_input_or_a_description_and_no_plan(void **state)
{
	(void)state;
	expect_refused(WORDS("advise"),
		       "advise: needs the name of a workload: pictures, other; as in imgtop advise "
		       "pictures FILE...");
	expect_refused(WORDS("advise", "pictures", "in", "-j", "3"),
		       "advise: says itself how the work should be shared out; leave out strategy, "
		       "plan, layout and counts");
	expect_refused(WORDS("advise", "pictures", "--task", "read"),
		       "--task: a description stands for an input; give one of the two");
	expect_refused(WORDS("advise", "pictures", "in", "--data", "large"),
		       "--data: belongs to a description; add --task TEXT");
	expect_refused(WORDS("advise", "pictures", "--from", "-"),
		       "--from: a list from standard input can be read once, but the run needs it "
		       "too; name a file");
	expect_refused(WORDS("advise", "pictures", "in", "--detach"),
		       "--detach: has no meaning for advice; leave it out");
}

static void values_that_are_missing_or_empty_are_refused(void **state)
{
	(void)state;
	expect_refused(
		WORDS("run", "pictures", "--workers"),
		"--workers: needs a value behind it: --workers N, a whole number from 1 to 240");
	expect_refused(WORDS("run", "pictures", "-o"),
		       "--output: needs a value behind it: --output PATH, any text");
	expect_refused(WORDS("run", "pictures", "-o", ""),
		       "--output: the value is empty; give a PATH or leave the option out");
	expect_refused(WORDS("run", "pictures", "--fsync=maybe"),
		       "--fsync: \"maybe\" cannot be used; allowed: yes or no");
	expect_refused(WORDS("run", "pictures", "--metadata", "all"),
		       "--metadata: \"all\" cannot be used; allowed: strip or keep");
}

static void operands_are_counted(void **state)
{
	(void)state;
	expect_refused(WORDS("replay"), "replay: needs more words: imgtop replay REPORT_DIR");
	expect_refused(WORDS("replay", "a", "b"), "b: one word too many: imgtop replay REPORT_DIR");
	expect_refused(WORDS("demo", "a"), "demo: there is no demonstration 'a'");
	expect_refused(WORDS("ctl"), "ctl: needs more words: imgtop ctl [RUN] VERB [ARGUMENT...]");
	expect_refused(WORDS("samples"), "samples: needs more words: imgtop samples DIR");
}

static void contradictions_are_explained(void **state)
{
	(void)state;
	expect_refused(
		WORDS("run", "pictures", "-s", "threads", "--plan", "threads:2"),
		"--plan: cannot stand together with --strategy: each says how the work is shared "
		"out; leave one of them out");
	expect_refused(WORDS("run", "pictures", "-s", "threads", "--layout", "read-write:1t"),
		       "--layout: cannot stand together with --strategy: each says how the work is "
		       "shared out; leave one of them out");
	expect_refused(
		WORDS("run", "pictures", "--plan", "threads:2", "--layout", "read-write:1t"),
		"--plan: cannot stand together with --layout: each says how the work is shared "
		"out; leave one of them out");
	expect_refused(
		WORDS("run", "pictures", "-s", "thread"),
		"--strategy: there is no strategy 'thread'; the nearest is threads (--help lists "
		"them)");
	expect_refused(
		WORDS("run", "pictures", "-j2", "--plan", "threads:2"),
		"--workers: cannot stand together with --plan: the counts stand in the latter; "
		"leave one of them out");
	expect_refused(
		WORDS("run", "pictures", "-j2", "-s", "sequential"),
		"--workers: has no meaning for the strategy at hand; add --strategy threads, or "
		"leave it out");
	expect_refused(
		WORDS("run", "pictures", "-j2", "-s", "hybrid"),
		"--workers: has no meaning for the strategy at hand; add --strategy threads, or "
		"leave it out");
	expect_refused(
		WORDS("run", "pictures", "--io", "2"),
		"--io: has no meaning for the strategy at hand; add --strategy hybrid, or leave "
		"it out");
	expect_refused(
		WORDS("run", "pictures", "--report", "r", "--no-report"),
		"--report: cannot stand together with --no-report: one saves what the other does "
		"not; leave one of them out");
	expect_refused(
		WORDS("run", "pictures", "--detach", "--json"),
		"--detach: cannot stand together with --json: a run that is left alone shows no "
		"progress; leave one of them out");
	expect_refused(WORDS("run", "pictures", "-0"),
		       "-0: says how a list is written, but there is none; add --from FILE");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_words_are_refused_with_the_nearest_known_one),
		cmocka_unit_test(advice_needs_an_input_or_a_description_and_no_plan),
		cmocka_unit_test(values_that_are_missing_or_empty_are_refused),
		cmocka_unit_test(operands_are_counted),
		cmocka_unit_test(contradictions_are_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
