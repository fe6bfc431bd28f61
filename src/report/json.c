/*
 * json.c - JSON as every report writes it (floor: report).
 */
#include "config.h"

#include "report/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/lines.h"

json_t *json_text(const char *text)
{
	char *safe = lines_sanitised(text);
	json_t *value = json_string(safe);

	free(safe);
	return value;
}

json_t *json_number(double value)
{
	return json_real(isfinite(value) ? value : 0.0);
}

json_t *json_count(uint64_t value)
{
	return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

json_t *json_seconds(uint64_t ns)
{
	return json_real((double)ns / 1e9);
}

json_t *json_ms(uint64_t ns)
{
	return json_real((double)ns / 1e6);
}

/* Every failure of these calls is want of memory: texts are valid, numbers finite. It ends here,
 * as it does in mem.c: a request that no machine can meet says so. */
static void *checked(void *memory)
{
	return memory != NULL ? memory : mem_realloc(NULL, SIZE_MAX, 2);
}

void json_put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, checked(value)) != 0)
		checked(NULL);
}

void json_add(json_t *array, json_t *value)
{
	if (json_array_append_new(array, checked(value)) != 0)
		checked(NULL);
}

char *json_dump(const json_t *value, size_t flags)
{
	return checked(json_dumps(value, flags | JSON_STYLE));
}
