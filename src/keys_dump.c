/*
 * keys_dump.c - the table of keys for `imgtop --dump-options` (floor: program).
 *
 * A file of its own: the screens' commands and the program's have names in common.
 */
#include "config.h"

#include "keys_dump.h"

#include "tui/keys.h"

void keys_dump(FILE *out)
{
	size_t count;
	const struct key_binding *bindings = keys_table(&count);

	for (size_t i = 0; i < count; i++) {
		char names[80];

		keys_names(&bindings[i], names, sizeof names);
		fprintf(out, "key\t%s\t-\t-\t-\t%s\n", names, bindings[i].help);
	}
}
