/*
 * json.h - JSON as every report writes it (floor: report).
 *
 * Members keep the order in which they are set. Numbers are numbers; seconds have at most 15
 * significant digits, so that nanoseconds come out as they went in.
 */
#ifndef IMGTOP_REPORT_JSON_H
#define IMGTOP_REPORT_JSON_H

#include <jansson.h>
#include <stdint.h>

enum { JSON_STYLE = JSON_REAL_PRECISION(15) };

/* Any bytes as a string, made harmless first (jansson refuses invalid UTF-8). */
json_t *json_text(const char *text);

/* A number; 0 for what is none. */
json_t *json_number(double value);
json_t *json_count(uint64_t value);
json_t *json_seconds(uint64_t ns);
json_t *json_ms(uint64_t ns);

/* object[key] = value, which object then owns. Running out of memory ends the process. */
void json_put(json_t *object, const char *key, json_t *value);
void json_add(json_t *array, json_t *value);

/* As text; caller frees. */
char *json_dump(const json_t *value, size_t flags);

#endif
