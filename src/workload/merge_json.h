/*
 * merge_json.h - a strict look at one JSON record: is it well-formed, and where are two of its
 * fields? (floor: workload)
 *
 * Why not the JSON library that everything else uses: it builds a tree of every record, an
 * allocation per value, of which merging needs two fields and throws the rest away. This scanner
 * keeps nothing, checks all that RFC 8259 asks for (strings are valid UTF-8, too), and is as fast
 * as one core reads. It knows nothing of files; no state, any thread enters.
 */
#ifndef IMGTOP_WORKLOAD_MERGE_JSON_H
#define IMGTOP_WORKLOAD_MERGE_JSON_H

#include <stdbool.h>
#include <stddef.h>

enum { MERGE_JSON_DEPTH = 1024, MERGE_JSON_FIELDS = 2 };

/* A piece of the bytes that were scanned. */
struct merge_span {
	const unsigned char *start; /* NULL: not there */
	size_t length;
};

struct merge_scan {
	const char *names[MERGE_JSON_FIELDS];	     /* fields of the record itself, not deeper */
	struct merge_span fields[MERGE_JSON_FIELDS]; /* their values; of doubles the last counts */
	const unsigned char *end; /* behind the record; when it is broken, where it is */
	const char *why;	  /* when it is broken: a few words */
};

/* Scan the record that starts at `from` (blanks before it are fine). 0, or -1: scan->end and
 * scan->why say where and why. */
int merge_json_scan(struct merge_scan *scan, const unsigned char *from, const unsigned char *to);

/* Blanks of JSON, line ends among them: the first byte that is none, or to. */
const unsigned char *merge_json_blanks(const unsigned char *from, const unsigned char *to);

/*
 * Where does the array element that starts at `from` end, by strings and brackets alone? Behind it
 * comes a comma or the bracket that closes the array. NULL when it does not end before `to`, or
 * cannot: a bracket closes another kind, or a string runs into the next line.
 */
const unsigned char *merge_json_element(const unsigned char *from, const unsigned char *to);

/* Append a string's content (between its quotes, already checked) with escapes resolved. A half of
 * a surrogate pair by itself stays as three bytes. out has room for `length` bytes; returns how
 * many are used. */
size_t merge_json_unescape(const unsigned char *content, size_t length, unsigned char *out);

#endif
