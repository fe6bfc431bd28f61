/*
 * golden.c - screens as text files.
 */
#include "config.h"

#include "golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

enum { ROW_BYTES = 4096 };

char *golden_text(const struct canvas *canvas)
{
	struct textbuf text;

	textbuf_init(&text);
	for (int row = 0; row < canvas_rows(canvas); row++) {
		char line[ROW_BYTES];
		canvas_row_text(canvas, row, line, sizeof(line));
		textbuf_printf(&text, "%s\n", line);
	}
	return text.text;
}

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "r");
	struct textbuf text;
	char bytes[4096];
	size_t count;

	if (file == NULL)
		fail_msg("%s cannot be read", path);
	textbuf_init(&text);
	while ((count = fread(bytes, 1, sizeof(bytes), file)) > 0)
		textbuf_append(&text, bytes, count);
	fclose(file);
	return text.text;
}

void golden_compare(const struct canvas *canvas, const char *name)
{
	const char *source = getenv("srcdir");
	char *found = golden_text(canvas);
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/tests/screens/golden/%s.txt",
		       source != NULL ? source : ".", name);
	if (getenv("IMGTOP_UPDATE_GOLDEN") != NULL) {
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		fputs(found, file);
		assert_int_equal(fclose(file), 0);
		free(found);
		return;
	}
	char *expected = read_all(path);
	if (strcmp(found, expected) != 0)
		fail_msg("%s differs; expected:\n%s\nfound:\n%s", name, expected, found);
	free(expected);
	free(found);
}
