/*
 * keys_test.c - the table of keys.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#include "tui/keys.h"

static const unsigned screens[] = {SCOPE_SETUP, SCOPE_WORKERS, SCOPE_LOG, SCOPE_END, SCOPE_HELP};
static const unsigned sources[] = {0, SCOPE_LIVE, SCOPE_REPLAY};

/* How many bindings take a key while these scopes are active. */
static unsigned takers(int key, unsigned scopes)
{
	size_t count;
	const struct key_binding *bindings = keys_table(&count);
	unsigned takers = 0;

	for (size_t i = 0; i < count; i++) {
		if ((bindings[i].scopes & (scopes | SCOPE_ANYWHERE)) == 0)
			continue;
		for (int j = 0; j < KEYS_PER_BINDING; j++)
			takers += bindings[i].key[j] == key;
	}
	return takers;
}

static void a_key_never_means_two_things_at_once(void **state)
{
	size_t count;
	const struct key_binding *bindings = keys_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (int j = 0; j < KEYS_PER_BINDING && bindings[i].key[j] != KEYS_NONE; j++)
			for (size_t k = 0; k < sizeof(screens) / sizeof(screens[0]); k++)
				for (size_t l = 0; l < sizeof(sources) / sizeof(sources[0]); l++)
					assert_in_range(
						takers(bindings[i].key[j], screens[k] | sources[l]),
						0, 1);
}

static bool is_function_key(int key)
{
	return key > KEYS_F0 && key <= KEYS_F12;
}

static void every_function_key_has_a_letter_twin(void **state)
{
	size_t count, seen = 0;
	const struct key_binding *bindings = keys_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		if (!is_function_key(bindings[i].key[0]))
			continue;
		seen++;
		assert_true(bindings[i].key[1] > ' ' && bindings[i].key[1] < 127);
		assert_non_null(bindings[i].label);
	}
	assert_true(seen >= 8);
}

static void every_binding_has_a_key_a_command_and_a_sentence(void **state)
{
	size_t count;
	const struct key_binding *bindings = keys_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		char names[64];

		assert_int_not_equal(bindings[i].command, COMMAND_NONE);
		assert_int_not_equal(bindings[i].key[0], KEYS_NONE);
		assert_true(strlen(bindings[i].help) > 1);
		keys_names(&bindings[i], names, sizeof(names));
		assert_null(strstr(names, "?  "));
		assert_true(strlen(names) > 0);
		for (int j = 0; j < KEYS_PER_BINDING && bindings[i].key[j] != KEYS_NONE; j++) {
			unsigned lowest = bindings[i].scopes & (~bindings[i].scopes + 1);
			assert_int_equal(keys_command(bindings[i].key[j], lowest),
					 bindings[i].command);
		}
	}
}

static void keys_keep_their_meaning_in_htop(void **state)
{
	(void)state;
	assert_int_equal(keys_command(KEYS_F0 + 1, SCOPE_WORKERS), COMMAND_HELP);
	assert_int_equal(keys_command('h', SCOPE_WORKERS), COMMAND_HELP);
	assert_int_equal(keys_command(KEYS_F0 + 6, SCOPE_WORKERS), COMMAND_SORT);
	assert_int_equal(keys_command(KEYS_F0 + 9, SCOPE_WORKERS), COMMAND_ACTIONS);
	assert_int_equal(keys_command('k', SCOPE_WORKERS), COMMAND_ACTIONS);
	assert_int_equal(keys_command(KEYS_F0 + 10, SCOPE_WORKERS), COMMAND_QUIT);
	assert_int_equal(keys_command('P', SCOPE_WORKERS), COMMAND_SORT_CPU);
	assert_int_equal(keys_command('M', SCOPE_WORKERS), COMMAND_SORT_MEMORY);
	assert_int_equal(keys_command('T', SCOPE_WORKERS), COMMAND_SORT_TIME);
	assert_int_equal(keys_command('N', SCOPE_WORKERS), COMMAND_SORT_ID);
	assert_int_equal(keys_command('I', SCOPE_WORKERS), COMMAND_INVERT);
	assert_int_equal(keys_command('F', SCOPE_WORKERS), COMMAND_FOLLOW);
}

static void q_quits_on_every_screen(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++)
		for (size_t j = 0; j < sizeof(sources) / sizeof(sources[0]); j++)
			assert_int_equal(keys_command('q', screens[i] | sources[j]), COMMAND_QUIT);
}

static void every_scope_has_a_title_for_help_and_manual(void **state)
{
	size_t count;
	const struct key_binding *bindings = keys_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (unsigned bit = 1; bit != 0 && bit <= bindings[i].scopes; bit <<= 1)
			if (bindings[i].scopes & bit)
				assert_non_null(keys_scope_title(bit));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_never_means_two_things_at_once),
		cmocka_unit_test(every_function_key_has_a_letter_twin),
		cmocka_unit_test(every_binding_has_a_key_a_command_and_a_sentence),
		cmocka_unit_test(keys_keep_their_meaning_in_htop),
		cmocka_unit_test(q_quits_on_every_screen),
		cmocka_unit_test(every_scope_has_a_title_for_help_and_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
