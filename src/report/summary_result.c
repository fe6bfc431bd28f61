/*
 * summary_result.c - a workload's own result in words (floor: report). No state.
 *
 * What a workload says of itself is a JSON object. Its numbers and texts make one paragraph
 * "name value, name value", an object within it stands in brackets; a list of objects gets a line
 * for each.
 */
#include "config.h"

#include "report/summary.h"

#include <stdlib.h>
#include <string.h>

#include "report/json.h"
#include "report/lines.h"

static char *flat_text(json_t *object);

static void add_value(struct textbuf *text, json_t *value)
{
	char *dumped;

	if (json_is_object(value)) {
		dumped = flat_text(value);
		textbuf_printf(text, "(%s)", dumped != NULL ? dumped : "");
		free(dumped);
		return;
	}
	if (json_is_string(value)) {
		textbuf_printf(text, "%s", json_string_value(value));
		return;
	}
	dumped = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));
	textbuf_printf(text, "%s", dumped != NULL ? dumped : "");
	free(dumped);
}

/* "pixels_in 12, pixels_out 3", lists left out. */
static char *flat_text(json_t *object)
{
	struct textbuf text;
	const char *name;
	json_t *value;

	textbuf_init(&text);
	json_object_foreach(object, name, value)
	{
		if (json_is_array(value))
			continue;
		textbuf_printf(&text, "%s%s ", text.length != 0 ? ", " : "", name);
		add_value(&text, value);
	}
	return text.text;
}

static void add_list(struct textbuf *out, const char *name, const json_t *list)
{
	json_t *element;
	size_t i;

	json_array_foreach(list, i, element)
	{
		struct textbuf line;

		textbuf_init(&line);
		textbuf_printf(&line, "%s %zu: ", name, i + 1);
		if (json_is_object(element)) {
			char *flat = flat_text(element);

			textbuf_printf(&line, "%s", flat);
			free(flat);
		} else {
			add_value(&line, element);
		}
		lines_wrapped(out, LINES_LABEL, line.text);
		textbuf_free(&line);
	}
}

void summary_result(const char *json, struct textbuf *out)
{
	json_t *result = json_loads(json, 0, NULL);
	const char *name;
	json_t *value;
	char *flat;

	if (!json_is_object(result) || json_object_size(result) == 0) {
		json_decref(result);
		return;
	}
	flat = flat_text(result);
	lines_paragraph(out, "Result", flat);
	free(flat);
	json_object_foreach(result, name, value)
	{
		if (json_is_array(value))
			add_list(out, name, value);
	}
	json_decref(result);
}
