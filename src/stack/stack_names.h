/*
 * stack_names.h - function, file and line of an address (floor: stack; internal to the helper).
 */
#ifndef IMGTOP_STACK_STACK_NAMES_H
#define IMGTOP_STACK_STACK_NAMES_H

#include "stack/stack.h"
#include "stack/stack_libdw.h"

#ifdef HAVE_LIBDW

/*
 * One frame, or several where functions were inlined there, innermost first; how many, at least 1.
 *   exact: pc is the instruction itself, not the one behind a call
 *   room: of frame[], at least 1
 */
size_t names_find(const struct libdw *libdw, Dwfl *dwfl, Dwarf_Addr pc, bool exact,
		  struct stack_frame *frame, size_t room);

#endif

#endif
