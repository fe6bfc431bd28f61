/*
 * sample_records.c - mock JSON records. One thread; what a record says follows from the seed and
 * its number alone.
 */
#include "config.h"

#include "sample_records.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/path.h"

enum { RECORD_BYTES = 512, BUFFER_BYTES = 1 << 20, RECORDS_PER_ID = 4 };

static const int64_t FIRST_TIME_S = 1672531200; /* 2023-01-01 */
enum { TIME_SPAN_S = 2 * 365 * 86400 };

struct making {
	int64_t count;
	uint64_t seed;
	bool array;
};

/* SplitMix64 (Steele, Lea, Flood 2014), started for each record anew. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t bits = *state += UINT64_C(0x9e3779b97f4a7c15);

	bits = (bits ^ bits >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	bits = (bits ^ bits >> 27) * UINT64_C(0x94d049bb133111eb);
	return bits ^ bits >> 31;
}

static const char *pick(uint64_t *state, const char *const *words, size_t count)
{
	return words[next_random(state) % count];
}

static int format_record(const struct making *making, int64_t number, char *text)
{
	static const char *const given[] = {"Ada",   "Zoë",   "Jürgen", "Mary \\\"Mae\\\"",
					    "Søren", "Grace", "André",	"Yuki"};
	static const char *const family[] = {"Lovelace", "O'Neil", "García", "Müller",
					     "Nguyễn",	 "Smith",  "Дубова", "佐藤"};
	static const char *const cities[] = {"Graz", "Oslo",	  "Kraków",
					     "Lyon", "São Paulo", "Kyoto"};
	static const char *const tags[] = {"new", "paid", "late", "gift", "web", "shop"};
	uint64_t state = making->seed * UINT64_C(0xd1342543de82ef95) + (uint64_t)number;
	uint64_t id = next_random(&state) % (uint64_t)(making->count / RECORDS_PER_ID + 1);
	time_t when = (time_t)(FIRST_TIME_S + (int64_t)(next_random(&state) % TIME_SPAN_S));
	unsigned thousandths = (unsigned)(next_random(&state) % 1000);
	unsigned amount = (unsigned)(next_random(&state) % 1000000);
	struct tm utc;
	char stamp[24];

	gmtime_r(&when, &utc);
	strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
	return snprintf(text, RECORD_BYTES,
			"{\"id\":%" PRIu64 ",\"name\":\"%s %s\",\"updated_at\":\"%s.%03uZ\","
			"\"active\":%s,\"amount\":%u.%02u,\"address\":{\"city\":\"%s\","
			"\"street\":\"%" PRIu64 " Main Street\"},\"tags\":[\"%s\",\"%s\"]}",
			id, pick(&state, given, 8), pick(&state, family, 8), stamp, thousandths,
			amount % 3 != 0 ? "true" : "false", amount / 100, amount % 100,
			pick(&state, cities, 6), next_random(&state) % 900 + 1,
			pick(&state, tags, 6), pick(&state, tags, 6));
}

static int write_records(void *context, int fd, struct err *err)
{
	const struct making *making = context;
	char *buffer = mem_calloc(1, BUFFER_BYTES + 2 * RECORD_BYTES);
	size_t used = 0;
	int result = 0;

	if (making->array)
		buffer[used++] = '[', buffer[used++] = '\n';
	for (int64_t i = 0; i < making->count && result == 0; i++) {
		used += (size_t)format_record(making, i, buffer + used);
		if (making->array && i + 1 < making->count)
			buffer[used++] = ',';
		buffer[used++] = '\n';
		if (used >= BUFFER_BYTES) {
			result = path_write_all(fd, buffer, used, err);
			used = 0;
		}
	}
	if (making->array)
		buffer[used++] = ']', buffer[used++] = '\n';
	if (result == 0)
		result = path_write_all(fd, buffer, used, err);
	free(buffer);
	return result;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int sample_records_main(const char *path, int64_t count, uint64_t seed, struct err *err)
{
	struct making making = {.count = count, .seed = seed};
	char *file = is_folder(path) ? path_join(path, "records.jsonl") : mem_strdup(path);
	char *real = path_real(file), *slash = strrchr(real, '/');
	struct outfile *out = outfile_new();
	size_t length = strlen(file);
	char temporary[64];
	int status = 2;

	*slash = '\0';
	making.array = length > 5 && strcmp(file + length - 5, ".json") == 0;
	outfile_temporary(temporary, sizeof temporary, "samples", 0, "");
	if (slash[1] == '\0' || file[length - 1] == '/')
		err_permanent(err, "%s: name the file that the records go to", path);
	else
		status = outfile_write_by(
				 out,
				 &(struct outfile_target){.root = slash == real ? "/" : real,
							  .relative = slash + 1,
							  .temporary = temporary},
				 &(struct outfile_writer){.write = write_records,
							  .context = &making},
				 err) != 0;
	outfile_free(out);
	free(real);
	free(file);
	return status;
}
