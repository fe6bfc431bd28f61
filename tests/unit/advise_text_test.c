/*
 * advise_text_test.c - what advice says where nothing was found to advise on.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "advise.h"
#include "base/clock.h"

static const char *const folder[] = {"folder"};

static void expect(const struct advise_probe *probe, const char *sentence)
{
	const struct plan plan = {.workload = workload_find("images"),
				  .config = {.inputs = folder, .ninputs = 1}};
	char *said = advise_why_nothing(&plan, probe);

	assert_string_equal(said, sentence);
	free(said);
}

static void what_was_seen_in_the_time_is_told(void **state)
{
	struct advise_probe probe = {
		.result = {.seen = 1400000, .counted_ns = 5 * CLOCK_SECOND_NS + 1}};

	(void)state;
	expect(&probe, "advise: no images found in 5 s (looked for JPEG, PNG, BMP, TIFF and WebP "
		       "files): 1400000 files and folders were seen by then, and there are more; "
		       "give the part that has some");
	probe.result.skipped = 872289;
	expect(&probe, "advise: no images found in 5 s (looked for JPEG, PNG, BMP, TIFF and WebP "
		       "files): 1400000 files and folders were seen by then, of which 872289 are "
		       "done or cannot be, and there are more; give the part that has some");
	probe.too_long = true;
	expect(&probe, "advise: listing the input took too long: nothing to do was found by then, "
		       "among 1400000 files and folders; give a part of it");
}

static void an_input_that_was_seen_whole_has_nothing_to_do(void **state)
{
	struct advise_probe probe = {.result = {.seen = 7, .whole = true}};

	(void)state;
	expect(&probe,
	       "nothing to do: no images found in 'folder' (looked for JPEG, PNG, BMP, TIFF "
	       "and WebP files)");
	probe.result.skipped = 7;
	expect(&probe, "advise: nothing is left to share out: 7 inputs are done or cannot be");
}

static void a_listing_that_died_or_failed_is_told(void **state)
{
	struct advise_probe probe = {.killed_by = SIGSEGV};

	(void)state;
	expect(&probe, "advise: what listed the input died by SIGSEGV before it found anything to "
		       "do; imgtop run --dry-run lists it as well");
	expect(&(struct advise_probe){.result = {.problem = "open list: no such file"}},
	       "open list: no such file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_seen_in_the_time_is_told),
		cmocka_unit_test(an_input_that_was_seen_whole_has_nothing_to_do),
		cmocka_unit_test(a_listing_that_died_or_failed_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
