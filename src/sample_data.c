/*
 * sample_data.c - the built-in sample photos, for a first run and for the demo (floor: program).
 *
 * The photos are made in a folder of another name that is renamed when it is complete: one of the
 * right name can be used as it is, whoever made it.
 */
#include "config.h"

#include "sample_data.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "samples.h"

enum {
	PHOTOS = 60,
	PHOTO_WIDTH_PX = 1600,
	PHOTO_HEIGHT_PX = 1200,
	PHOTO_SEED = 1,
	OPEN_FILES = 16
};

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	(void)remove(path); /* what cannot be removed stays; the rest goes */
	return 0;
}

void sample_data_remove(const char *dir)
{
	nftw(dir, remove_one, OPEN_FILES, FTW_DEPTH | FTW_PHYS);
}

char *sample_data_scratch(struct err *err)
{
	char *cache = path_cache_dir(err), *dir;

	if (cache == NULL)
		return NULL;
	dir = path_join(cache, "scratch-XXXXXX");
	if (mkdtemp(dir) == NULL) {
		err_errno(err, "make a folder in %s", cache);
		free(dir);
		dir = NULL;
	}
	free(cache);
	return dir;
}

static int make_photos(const char *photos, struct err *err)
{
	char *scratch = sample_data_scratch(err);
	struct samples_options samples = {.dir = scratch,
					  .count = PHOTOS,
					  .width_px = PHOTO_WIDTH_PX,
					  .height_px = PHOTO_HEIGHT_PX,
					  .seed = PHOTO_SEED};
	int result = -1;

	if (scratch == NULL)
		return -1;
	if (samples_main(&samples, err) != 0)
		err_context(err, "sample photos");
	else if (rename(scratch, photos) != 0 && errno != EEXIST && errno != ENOTEMPTY)
		err_errno(err, "rename to %s", photos);
	else
		result = 0; /* somebody else may have been faster: the photos are the same */
	sample_data_remove(scratch);
	free(scratch);
	return result;
}

char *sample_data_photos(struct err *err)
{
	char *cache = path_cache_dir(err), *photos;

	if (cache == NULL)
		return NULL;
	photos = mem_printf("%s/photos-%d-%dx%d-%d", cache, PHOTOS, PHOTO_WIDTH_PX, PHOTO_HEIGHT_PX,
			    PHOTO_SEED);
	free(cache);
	if (access(photos, R_OK | X_OK) != 0 && make_photos(photos, err) != 0) {
		free(photos);
		return NULL;
	}
	return photos;
}
