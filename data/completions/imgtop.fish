# fish completion for imgtop
#
# Every word comes from `imgtop --dump-options`, the tables that the program itself reads, so nothing
# here can be out of date: columns scope, name, letter, argument, choices, help; "-" where empty.

# Rows of the tables whose first column is one of the given scopes.
function __imgtop_rows
    set -l program (commandline -opc)[1]
    for row in ($program --dump-options 2>/dev/null)
        set -l columns (string split \t -- $row)
        contains -- $columns[1] $argv; and echo $row
    end
end

# Candidates with their help for the scopes given.
function __imgtop_words
    for row in (__imgtop_rows $argv)
        set -l columns (string split \t -- $row)
        printf '%s\t%s\n' $columns[2] $columns[6]
    end
end

function __imgtop_runs
    set -l folder /dev/shm/imgtop-(id -u)
    test -d "$XDG_RUNTIME_DIR"; and set folder $XDG_RUNTIME_DIR/imgtop
    for page in $folder/*.page
        string replace -r '^.*/(.*)\.page$' '$1' -- $page
    end
end

function __imgtop_complete
    set -l program (commandline -opc)[1]
    set -l rows ($program --dump-options 2>/dev/null)
    set -l current (commandline -ct)
    set -l command
    set -l workload
    set -l pending
    set -l workloads (__imgtop_words workload | string replace -r '\t.*' '')

    # Options that take a value, as name=argument=choices.
    set -l taking
    for row in $rows
        set -l columns (string split \t -- $row)
        contains -- $columns[1] command workload input demo strategy verb key; and continue
        test "$columns[4]" = -; and continue
        set -a taking "$columns[2]=$columns[4]=$columns[5]" "$columns[3]=$columns[4]=$columns[5]"
    end

    for word in (commandline -opc)[2..-1]
        if test -n "$pending"
            set pending
        else if string match -q -- '-*' $word
            set pending (string match -- "$word=*" $taking)[1]
        else if test -z "$command"
            set command $word
        else if contains -- "$command" run compare advise; and test -z "$workload"
            set workload $word
        end
    end
    set -l prefix
    if test -z "$pending"; and string match -q -- '--*=*' $current
        set -l parts (string split -m 1 = -- $current)
        set pending (string match -- "$parts[1]=*" $taking)[1]
        set prefix "$parts[1]="
        set current $parts[2]
    end

    if test -n "$pending"
        set -l parts (string split = -- $pending)
        if test "$parts[3]" != -
            string replace -r '^' -- "$prefix" (string split ' ' -- $parts[3])
        else if contains -- $parts[2] DIR FILE PATH
            string replace -r '^' -- "$prefix" (__fish_complete_path $current)
        end
        return
    end
    if string match -q -- '-*' $current
        set -l scopes general screen
        for row in $rows
            set -l columns (string split \t -- $row)
            test "$columns[1]" = command -a "$columns[2]" = "$command"
            and set scopes (string split ' ' -- $columns[5])
        end
        if contains workload $scopes
            test -n "$workload"; or set workload $workloads[1]
            set -a scopes $workload
            set scopes (string match -v workload $scopes)
        end
        __imgtop_words $scopes
        return
    end
    switch "$command"
        case ''
            __imgtop_words command
        case attach dump
            __imgtop_runs
        case ctl
            __imgtop_words verb
            __imgtop_runs
        case demo
            __imgtop_words demo
        case replay samples
            __fish_complete_directories $current
        case run compare advise
            if test -z "$workload"
                __imgtop_words workload
            else
                test "$workload" = drill; and __imgtop_words input
                __fish_complete_path $current
            end
    end
end

complete -c imgtop -f -a '(__imgtop_complete)'
