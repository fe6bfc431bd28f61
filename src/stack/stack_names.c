/*
 * stack_names.c - function, file and line of an address, by libdw.
 */
#include "config.h"

#include "stack/stack_names.h"

#ifdef HAVE_LIBDW

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "src/engine/worker.c" of "/home/me/imgtop/build/../src/engine/worker.c": what stands behind the
 * last step upwards, and of that at most the last three parts. */
static void short_file(const char *path, char *text, size_t size)
{
	const char *from = path, *up, *kept = path + strlen(path);
	int parts = 0;

	while ((up = strstr(from, "../")) != NULL)
		from = up + 3;
	while (kept > from && (kept[-1] != '/' || ++parts < 3))
		kept--;
	snprintf(text, size, "%s", kept);
}

static void name_module(const struct libdw *libdw, Dwfl_Module *module, struct stack_frame *frame)
{
	const char *path = libdw->module_info(module, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
	const char *base = path != NULL ? strrchr(path, '/') : NULL;

	if (path != NULL)
		snprintf(frame->module, sizeof frame->module, "%s", base != NULL ? base + 1 : path);
}

static void name_line(const struct libdw *libdw, Dwfl_Module *module, Dwarf_Addr address,
		      struct stack_frame *frame)
{
	Dwfl_Line *line = libdw->source(module, address);
	int number = 0;
	const char *path = line != NULL ? libdw->line(line, NULL, &number, NULL, NULL, NULL) : NULL;

	if (path == NULL || number <= 0)
		return;
	short_file(path, frame->file, sizeof frame->file);
	frame->line = (unsigned)number;
}

/* Where an inlined function was called from. */
static void name_call(const struct libdw *libdw, Dwarf_Die *unit, Dwarf_Die *inlined,
		      struct stack_frame *frame)
{
	Dwarf_Attribute attribute;
	Dwarf_Word line, index;
	Dwarf_Files *files;
	const char *path;
	size_t count;

	if (libdw->number(libdw->attribute(inlined, DW_AT_call_line, &attribute), &line) != 0 ||
	    libdw->number(libdw->attribute(inlined, DW_AT_call_file, &attribute), &index) != 0 ||
	    libdw->files(unit, &files, &count) != 0)
		return;
	path = libdw->file_name(files, index, NULL, NULL);
	if (path == NULL)
		return;
	short_file(path, frame->file, sizeof frame->file);
	frame->line = (unsigned)line;
}

/* The scopes around an address, from the innermost outwards: of what was inlined, the functions
 * that it was inlined into. Returns how many; the caller frees them. */
static int find_scopes(const struct libdw *libdw, Dwarf_Die *unit, Dwarf_Addr address,
		       Dwarf_Die **scopes)
{
	Dwarf_Die *around = NULL;
	int count = libdw->scopes(unit, address, &around);

	*scopes = NULL;
	if (count > 0) /* they end with the innermost function: its parents go on */
		count = libdw->parents(&around[0], scopes);
	free(around);
	return count > 0 ? count : 0;
}

/* Names the frame, and adds those that it was inlined into; how many they are then. */
static size_t name_scopes(const struct libdw *libdw, Dwarf_Die *unit, Dwarf_Addr address,
			  struct stack_frame *frame, size_t room)
{
	Dwarf_Die *scopes;
	int nscopes = find_scopes(libdw, unit, address, &scopes);
	size_t count = 1;

	for (int i = 0; i < nscopes; i++) {
		struct stack_frame *inner = &frame[count - 1];
		int tag = libdw->tag(&scopes[i]);
		const char *name;

		if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram)
			continue;
		name = libdw->die_name(&scopes[i]);
		snprintf(inner->function, sizeof inner->function, "%s", name != NULL ? name : "");
		if (tag == DW_TAG_subprogram || count == room)
			break;
		inner->inlined = true;
		frame[count] = (struct stack_frame){.pc = inner->pc};
		memcpy(frame[count].module, inner->module, sizeof inner->module);
		name_call(libdw, unit, &scopes[i], &frame[count]);
		count++;
	}
	free(scopes);
	return count;
}

/* Where there are no tables of the source: the symbol that the address lies in. */
static void name_symbol(const struct libdw *libdw, Dwfl_Module *module, Dwarf_Addr address,
			struct stack_frame *frame)
{
	GElf_Off offset;
	GElf_Sym found;
	const char *symbol = libdw->symbol(module, address, &offset, &found, NULL, NULL, NULL);

	if (symbol == NULL)
		return;
	snprintf(frame->function, sizeof frame->function, "%s", symbol);
	frame->function[strcspn(frame->function, "@")] = '\0'; /* poll@@GLIBC_2.2.5 */
}

size_t names_find(const struct libdw *libdw, Dwfl *dwfl, Dwarf_Addr pc, bool exact,
		  struct stack_frame *frame, size_t room)
{
	Dwarf_Addr address = pc - !exact;
	Dwfl_Module *module = libdw->module_at(dwfl, address);
	Dwarf_Addr bias = 0;
	Dwarf_Die *unit;
	size_t count = 1;

	frame[0] = (struct stack_frame){.pc = pc};
	if (module == NULL)
		return 1;
	name_module(libdw, module, &frame[0]);
	name_line(libdw, module, address, &frame[0]);
	unit = libdw->unit(module, address, &bias);
	if (unit != NULL)
		count = name_scopes(libdw, unit, address - bias, frame, room);
	if (frame[count - 1].function[0] == '\0')
		name_symbol(libdw, module, address, &frame[count - 1]);
	return count;
}

#endif
