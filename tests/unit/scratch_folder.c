/*
 * scratch_folder.c - an empty folder that is the working directory of a test.
 */
#include "config.h"

#include "scratch_folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int scratch_folder_enter(char path[SCRATCH_FOLDER_BYTES])
{
	strcpy(path, "/tmp/imgtop-test-XXXXXX");
	if (mkdtemp(path) == NULL)
		return -1;
	return chdir(path);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
	(void)status;
	(void)kind;
	(void)at;
	return remove(path);
}

int scratch_folder_leave(const char *path)
{
	if (chdir("/") != 0)
		return -1;
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}
