/*
 * images_candidates.c - the files of one output folder before their outputs have names.
 */
#include "config.h"

#include "workload/images_candidates.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "image/codec.h"

void candidates_init(struct candidates *candidates, size_t capacity)
{
	*candidates = (struct candidates){
		.files = mem_calloc(capacity, sizeof *candidates->files),
		.names = mem_calloc(capacity, sizeof *candidates->names),
		.capacity = capacity,
	};
}

void candidates_free(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++) {
		free(candidates->files[i].path);
		free(candidates->names[i].output);
	}
	free(candidates->files);
	free(candidates->names);
}

void candidates_add_file(struct candidates *candidates, const char *name, char *path,
			 uint64_t size_bytes)
{
	assert(candidates->count < candidates->capacity);
	candidates->names[candidates->count] = (struct images_name){.name = name};
	candidates->files[candidates->count++] =
		(struct candidate){.path = path, .size_bytes = size_bytes};
}

void candidates_add_folder(struct candidates *candidates, const char *name)
{
	assert(candidates->count < candidates->capacity);
	candidates->names[candidates->count++] = (struct images_name){.name = name, .folder = true};
}

bool candidates_is_image(const struct candidates *candidates, size_t index)
{
	int fd = open(candidates->files[index].path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	unsigned char start[CODEC_SNIFF_BYTES];
	struct stat status;
	ssize_t got = 0;

	if (fd < 0)
		return false;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		do
			got = read(fd, start, sizeof start);
		while (got < 0 && errno == EINTR);
	}
	close(fd);
	return got > 0 && codec_sniff(start, (size_t)got) != NULL;
}

static bool is_image(void *context, size_t index)
{
	return candidates_is_image(context, index);
}

void candidates_name(struct candidates *candidates, const char *suffix, bool thumb)
{
	images_names_decide(candidates->names, candidates->count,
			    &(struct images_names_rules){.suffix = suffix,
							 .thumb = thumb,
							 .is_image = is_image,
							 .context = candidates});
}
