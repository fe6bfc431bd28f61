# bash completion for imgtop                                               -*- shell-script -*-
#
# Every word comes from `imgtop --dump-options`, the tables that the program itself reads, so nothing
# here can be out of date: columns scope, name, letter, argument, choices, help; "-" where empty.

# Names of the runs that are going on.
_imgtop_runs() {
	local folder=/dev/shm/imgtop-$UID page
	[[ -d ${XDG_RUNTIME_DIR-} ]] && folder=$XDG_RUNTIME_DIR/imgtop
	for page in "$folder"/*.page; do
		[[ -e $page ]] || continue
		page=${page##*/}
		printf '%s\n' "${page%.page}"
	done
}

# _imgtop_files KIND WORD: files (f) or folders (d).
_imgtop_files() {
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen "-$1" -- "$2")
}

_imgtop() {
	local cur=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]/#\~/$HOME}
	local scope name letter argument choices word
	local command='' workload='' pending='' at
	local -A argument_of=() choices_of=() scopes_of=()
	local -a commands=() workloads=() verbs=() inputs=() demos=() options=() words=()

	while IFS=$'\t' read -r scope name letter argument choices _; do
		case $scope in
		command)
			commands+=("$name")
			scopes_of[$name]=$choices
			;;
		workload) workloads+=("$name") ;;
		verb) verbs+=("$name") ;;
		input) inputs+=("$name") ;;
		demo) demos+=("$name") ;;
		strategy | key) ;;
		*)
			options+=("$scope $name")
			argument_of[$name]=$argument
			argument_of[$letter]=$argument
			choices_of[$name]=$choices
			choices_of[$letter]=$choices
			;;
		esac
	done < <("$program" --dump-options 2>/dev/null)

	# What stands before the cursor. Bash hands "--max=5" over as three words.
	for ((at = 1; at < COMP_CWORD; at++)); do
		word=${COMP_WORDS[at]}
		if [[ $word == = ]]; then
			continue
		elif [[ -n $pending ]]; then
			pending=''
		elif [[ $word == --?* || $word == -? ]]; then
			[[ ${argument_of[$word]:--} == - ]] || pending=$word
		elif [[ $word == -* ]]; then
			:
		elif [[ -z $command ]]; then
			command=$word
		elif [[ $command == @(run|compare|advise) && -z $workload ]]; then
			workload=$word
		fi
	done
	[[ $cur == = ]] && cur=''

	if [[ -n $pending ]]; then
		if [[ ${choices_of[$pending]} != - ]]; then
			mapfile -t COMPREPLY < <(compgen -W "${choices_of[$pending]}" -- "$cur")
		elif [[ ${argument_of[$pending]} == @(DIR|FILE|PATH) ]]; then
			_imgtop_files f "$cur"
		fi
	elif [[ $cur == -* ]]; then
		scope=" ${scopes_of[${command:-attach}]-} "
		for word in "${options[@]}"; do
			if [[ $scope == *" ${word% *} "* ]] ||
				[[ $scope == *' workload '* && ${word% *} == "${workload:-${workloads[0]}}" ]]; then
				words+=("${word#* }")
			fi
		done
		mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$cur")
	else
		case $command in
		'') mapfile -t COMPREPLY < <(compgen -W "${commands[*]}" -- "$cur") ;;
		attach | dump) mapfile -t COMPREPLY < <(compgen -W "$(_imgtop_runs)" -- "$cur") ;;
		ctl) mapfile -t COMPREPLY < <(compgen -W "${verbs[*]} $(_imgtop_runs)" -- "$cur") ;;
		demo) mapfile -t COMPREPLY < <(compgen -W "${demos[*]}" -- "$cur") ;;
		replay | samples) _imgtop_files d "$cur" ;;
		run | compare | advise)
			if [[ -z $workload ]]; then
				mapfile -t COMPREPLY < <(compgen -W "${workloads[*]}" -- "$cur")
			elif [[ $workload == drill ]]; then
				_imgtop_files f "$cur"
				mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "${inputs[*]}" -- "$cur")
			else
				_imgtop_files f "$cur"
			fi
			;;
		esac
	fi
}

complete -F _imgtop imgtop
