/*
 * stack_libdw.h - libdw, loaded by a helper that is about to unwind (floor: stack; internal to the
 * helper).
 *
 * Linked, it would cost every process of every run the start of five libraries, of which only
 * helpers have any use.
 */
#ifndef IMGTOP_STACK_STACK_LIBDW_H
#define IMGTOP_STACK_STACK_LIBDW_H

#ifdef HAVE_LIBDW

#include <stdbool.h>

#include <dwarf.h>
#include <elfutils/libdwfl.h>

/* What is used of it: the field that holds the function, and the function. */
#define LIBDW_FUNCTIONS(X)                                                                         \
	X(begin, dwfl_begin)                                                                       \
	X(end, dwfl_end)                                                                           \
	X(report_process, dwfl_linux_proc_report)                                                  \
	X(report_end, dwfl_report_end)                                                             \
	X(find_elf, dwfl_linux_proc_find_elf)                                                      \
	X(find_debuginfo, dwfl_build_id_find_debuginfo)                                            \
	X(attach, dwfl_attach_state)                                                               \
	X(frames, dwfl_getthread_frames)                                                           \
	X(frame_pc, dwfl_frame_pc)                                                                 \
	X(set_registers, dwfl_thread_state_registers)                                              \
	X(set_pc, dwfl_thread_state_register_pc)                                                   \
	X(module_at, dwfl_addrmodule)                                                              \
	X(module_info, dwfl_module_info)                                                           \
	X(symbol, dwfl_module_addrinfo)                                                            \
	X(unit, dwfl_module_addrdie)                                                               \
	X(source, dwfl_module_getsrc)                                                              \
	X(line, dwfl_lineinfo)                                                                     \
	X(child, dwarf_child)                                                                      \
	X(sibling, dwarf_siblingof)                                                                \
	X(covers, dwarf_haspc)                                                                     \
	X(tag, dwarf_tag)                                                                          \
	X(die_name, dwarf_diename)                                                                 \
	X(attribute, dwarf_attr)                                                                   \
	X(number, dwarf_formudata)                                                                 \
	X(files, dwarf_getsrcfiles)                                                                \
	X(file_name, dwarf_filesrc)

struct libdw {
	void *handle;
#define LIBDW_FIELD(name, function) __typeof__ (&(function))(name);
	LIBDW_FUNCTIONS(LIBDW_FIELD)
#undef LIBDW_FIELD
};

/* False: it is not there, or too old; nothing is loaded then. */
bool libdw_load(struct libdw *libdw);
void libdw_unload(struct libdw *libdw);

#endif

#endif
