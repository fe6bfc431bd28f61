/*
 * stack_libdw.c - libdw, loaded.
 */
#include "config.h"

#include "stack/stack_libdw.h"

#ifdef HAVE_LIBDW

#include <dlfcn.h>
#include <string.h>

/* Fill a pointer to a function. POSIX asks for this form: dlsym gives a pointer to an object. */
static bool find(const struct libdw *libdw, const char *name, void *function)
{
	void *found = dlsym(libdw->handle, name);

	memcpy(function, &found, sizeof found);
	return found != NULL;
}

bool libdw_load(struct libdw *libdw)
{
	bool whole = true;

	libdw->handle = dlopen("libdw.so.1", RTLD_LAZY | RTLD_LOCAL);
	if (libdw->handle == NULL)
		return false;
#define LIBDW_FIND(name, function) whole = find(libdw, #function, &libdw->name) && whole;
	LIBDW_FUNCTIONS(LIBDW_FIND)
#undef LIBDW_FIND
	if (!whole)
		libdw_unload(libdw);
	return whole;
}

void libdw_unload(struct libdw *libdw)
{
	if (libdw->handle != NULL)
		dlclose(libdw->handle);
	libdw->handle = NULL;
}

#endif
