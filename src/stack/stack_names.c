/*
 * stack_names.c - function, file and line of an address, by libdw.
 */
#include "config.h"

#include "stack/stack_names.h"

#ifdef HAVE_LIBDW

#include <stdio.h>
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

static bool is_function(int tag)
{
	return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

/* The part of the scope, which is a unit at first, that the address lies in. */
static bool find_inner(const struct libdw *libdw, Dwarf_Die *scope, Dwarf_Addr address,
		       Dwarf_Die *inner)
{
	int more = libdw->child(scope, inner);

	while (more == 0) {
		int tag = libdw->tag(inner);

		if ((is_function(tag) || tag == DW_TAG_lexical_block) &&
		    libdw->covers(inner, address) > 0)
			return true;
		more = libdw->sibling(inner, inner);
	}
	return false;
}

/*
 * The function around an address, and those that were inlined into it there, from the outermost
 * inwards; how many. Only what the address lies in is gone into: libdw's own functions for this go
 * through all of a unit, and what they take is most of what a stack costs.
 */
static size_t find_functions(const struct libdw *libdw, Dwarf_Die *unit, Dwarf_Addr address,
			     Dwarf_Die function[STACK_FRAMES])
{
	Dwarf_Die scope = *unit, inner;
	size_t count = 0;

	while (count < STACK_FRAMES && find_inner(libdw, &scope, address, &inner)) {
		if (libdw->tag(&inner) == DW_TAG_subprogram)
			count = 0; /* within another, as GNU C allows: a frame of its own */
		if (is_function(libdw->tag(&inner)))
			function[count++] = inner;
		scope = inner;
	}
	return count;
}

/* Names the frame, and adds those that it was inlined into; how many they are then. */
static size_t name_functions(const struct libdw *libdw, Dwarf_Die *unit, Dwarf_Addr address,
			     struct stack_frame *frame, size_t room)
{
	Dwarf_Die function[STACK_FRAMES];
	size_t left = find_functions(libdw, unit, address, function);
	size_t count = 1;

	while (left-- > 0) {
		struct stack_frame *inner = &frame[count - 1];
		const char *name = libdw->die_name(&function[left]);

		snprintf(inner->function, sizeof inner->function, "%s", name != NULL ? name : "");
		if (left == 0 || count == room)
			break;
		inner->inlined = true;
		frame[count] = (struct stack_frame){.pc = inner->pc};
		memcpy(frame[count].module, inner->module, sizeof inner->module);
		name_call(libdw, unit, &function[left], &frame[count]);
		count++;
	}
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
		count = name_functions(libdw, unit, address - bias, frame, room);
	if (frame[count - 1].function[0] == '\0')
		name_symbol(libdw, module, address, &frame[count - 1]);
	return count;
}

#endif
