/*
 * keys_dump.c - the tables of the screens for `imgtop --dump-options`: keys, columns of the worker
 * table, states of a worker (floor: program).
 *
 * A file of its own: the screens' commands and the program's have names in common.
 */
#include "config.h"

#include "keys_dump.h"

#include "record/page.h"
#include "tui/keys.h"
#include "tui/table_columns.h"
#include "view/finding.h"

void keys_dump(FILE *out)
{
	size_t count;
	const struct key_binding *bindings = keys_table(&count);

	for (size_t i = 0; i < count; i++) {
		char names[80];

		keys_names(&bindings[i], names, sizeof names);
		fprintf(out, "key\t%s\t-\t-\t-\t%s\n", names, bindings[i].help);
	}
	for (int i = 0; i < TABLE_COLUMNS; i++)
		fprintf(out, "column\t%s\t-\t-\t-\t%s\n", table_column_name((enum table_column)i),
			table_column_help((enum table_column)i));
	for (int i = 0; i < WORKER_STATES; i++) {
		const struct worker_state_info *info = page_state_info((enum worker_state)i);

		fprintf(out, "state\t%c %s\t-\t-\t-\t%s\n", info->letter, info->word,
			info->meaning);
	}
	for (int i = 0; i < FINDINGS; i++) {
		const struct finding_info *info = finding_info((enum finding)i);

		if (info->letter != 0)
			fprintf(out, "state\t%c %s\t-\t-\t-\t%s\n", info->letter, info->tag,
				info->meaning);
	}
}
