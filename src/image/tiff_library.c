/*
 * tiff_library.c - libtiff, loaded.
 */
#include "config.h"

#include "image/tiff_library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Of all versions since 4.5, which configure asks for. */
static const char file_name[] = "libtiff.so.6";

/* Fill a pointer to a function. POSIX asks for this form: dlsym gives a pointer to an object. */
static bool find(const struct tiff_library *library, const char *name, void *function)
{
	void *found = dlsym(library->handle, name);

	memcpy(function, &found, sizeof found);
	return found != NULL;
}

static bool find_all(struct tiff_library *library)
{
	bool whole = true;

#define TIFF_FIND(name, function) whole = find(library, #function, &library->name) && whole;
	TIFF_FUNCTIONS(TIFF_FIND)
#undef TIFF_FIND
	return whole;
}

int tiff_library_load(struct tiff_library **library, struct err *err)
{
	struct tiff_library *loaded;

	if (*library != NULL)
		return 0;
	loaded = mem_calloc(1, sizeof *loaded);
	loaded->handle = dlopen(file_name, RTLD_LAZY | RTLD_LOCAL);
	if (loaded->handle == NULL || !find_all(loaded)) {
		tiff_library_free(loaded);
		return err_permanent(err,
				     "TIFF: %s is not there: install libtiff6 (Fedora, Arch: "
				     "libtiff)",
				     file_name);
	}
	*library = loaded;
	return 0;
}

void tiff_library_free(struct tiff_library *library)
{
	if (library != NULL && library->handle != NULL)
		dlclose(library->handle);
	free(library);
}
