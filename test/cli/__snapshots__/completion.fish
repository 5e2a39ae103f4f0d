# Completion of wasi-nest for fish, made by `wasi-nest completion fish`

# Whether the line has one of these commands; '' is the one without a name.
function __wasi_nest_is
    set -l words (commandline -opc)
    set -l command ''
    if contains -- "$words[2]" virtualize show help version
        set command $words[2]
    end
    contains -- "$command" $argv
end

# Whether so many words stand before the one that is written.
function __wasi_nest_has
    test (count (commandline -opc)) -eq $argv[1]
end

complete -c wasi-nest -e
complete -c wasi-nest -n '__wasi_nest_has 1' -a virtualize -d 'Does it'
complete -c wasi-nest -n '__wasi_nest_has 1' -a show -d 'Does it'
complete -c wasi-nest -n '__wasi_nest_has 1' -a help -d 'Prints the help of a command'
complete -c wasi-nest -n '__wasi_nest_has 1' -a version -d 'Prints the version'
complete -c wasi-nest -n '__wasi_nest_is show; and __wasi_nest_has 3' -f -a 'list tree'
complete -c wasi-nest -n '__wasi_nest_is help; and __wasi_nest_has 2' -f -a 'virtualize show help version'
complete -c wasi-nest -n '__wasi_nest_is version; and __wasi_nest_has 2' -f
complete -c wasi-nest -n '__wasi_nest_is "" virtualize' -l out -s o -r -F -d 'The user\'s [output]'
complete -c wasi-nest -n '__wasi_nest_is "" virtualize' -l mount -r -F -d 'GUEST=LOCAL'
complete -c wasi-nest -n '__wasi_nest_is "" virtualize' -l stdin -x -a 'allow deny file:' -d 'The input'
complete -c wasi-nest -n '__wasi_nest_is "" virtualize' -l allow-env -d 'All: also A_*'
complete -c wasi-nest -n '__wasi_nest_is "" virtualize' -l quiet -d 'Nothing'
complete -c wasi-nest -n '__wasi_nest_is show' -l mount -d 'Mounts'
