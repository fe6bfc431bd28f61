/*
 * samples.c - see samples.h. The threads share nothing but the number of the next picture and
 * the first error; that the bytes do not depend on who makes a picture is sample.h's promise.
 */
#include "config.h"

#include "samples.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/outfile.h"
#include "base/path.h"
#include "image/sample.h"

struct crew {
	const struct samples_options *options;
	_Atomic int64_t next;
	atomic_bool failed; /* set once; who sets it writes err, which is read after the join */
	struct err *err;
};

static int write_one(const struct crew *crew, struct outfile *out, int64_t index, struct err *err)
{
	const struct samples_options *options = crew->options;
	struct sample sample;
	struct sample_bytes file;
	char temporary[64];
	struct outfile_target target = {
		.root = options->dir, .relative = sample.name, .temporary = temporary};
	int rc;

	sample_choose(&sample, options->seed, index, options->width_px, options->height_px);
	if (sample_encode(&sample, &file, err) != 0)
		return err_context(err, "%s/%s", options->dir, sample.name);
	outfile_temporary(temporary, sizeof(temporary), "samples", (uint64_t)index, "");
	rc = outfile_write(out, &target, file.bytes, file.length, err);
	free(file.bytes);
	return rc;
}

static void *work(void *argument)
{
	struct crew *crew = argument;
	struct outfile *out = outfile_new();
	struct err err;

	while (!atomic_load(&crew->failed)) {
		int64_t index = atomic_fetch_add(&crew->next, 1);
		if (index >= crew->options->count)
			break;
		err_clear(&err);
		if (write_one(crew, out, index, &err) != 0 && !atomic_exchange(&crew->failed, true))
			*crew->err = err;
	}
	outfile_free(out);
	return NULL;
}

int samples_threads(void)
{
	cpu_set_t set;
	int count = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	return count > SAMPLES_THREADS_MAX ? SAMPLES_THREADS_MAX : count;
}

static int check_folder(const struct samples_options *options, struct err *err)
{
	if (path_make_dirs(options->dir, 0777, err) != 0)
		return -1;
	if (faccessat(AT_FDCWD, options->dir, W_OK | X_OK, AT_EACCESS) != 0)
		return err_errno(err, "write into %s", options->dir);
	return 0;
}

int samples_main(const struct samples_options *options, struct err *err)
{
	struct crew crew = {.options = options, .err = err};
	pthread_t threads[SAMPLES_THREADS_MAX];
	int wanted = samples_threads() - 1;
	int started = 0;

	err_clear(err);
	if (options->width_px > SAMPLE_SIDE_MAX || options->height_px > SAMPLE_SIDE_MAX) {
		err_permanent(err, "--size %dx%d: at most %d pixels a side", options->width_px,
			      options->height_px, SAMPLE_SIDE_MAX);
		return 2;
	}
	if (check_folder(options, err) != 0)
		return 2;
	/* This thread works too, so that no thread at all is slower, not wrong. */
	while (started < wanted && started < options->count - 1 &&
	       pthread_create(&threads[started], NULL, work, &crew) == 0)
		started++;
	work(&crew);
	for (int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	return atomic_load(&crew.failed) ? 1 : 0;
}
