using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace NpuSim.Tests.Cli.Sweeps;

/// <summary>A cluster of one node on the loopback address: three daemons of this process, on ports of their own, which end with it.</summary>
internal sealed class SlurmCluster : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly List<Process> _daemons = [];

    public SlurmCluster(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(Path.Combine(folder, "state"));
        Directory.CreateDirectory(Path.Combine(folder, "spool"));

        // Munge refuses a socket that others cannot reach, and a key that they can read.
        foreach (string path in (string[])[Path.GetDirectoryName(folder)!, folder])
        {
            Permit(path, "755");
        }

        File.WriteAllBytes(At("munge.key"), RandomNumberGenerator.GetBytes(128));
        Permit(At("munge.key"), "600");
        File.WriteAllText(Configuration, Settings());
        try
        {
            Daemon("munged", "-F", $"--socket={At("munge.socket")}", $"--key-file={At("munge.key")}", $"--log-file={At("munge.log")}",
                $"--pid-file={At("munge.pid")}", $"--seed-file={At("munge.seed")}");
            WaitFor(() => File.Exists(At("munge.socket")), "munged");
            Daemon("slurmctld", "-D");
            Daemon("slurmd", "-D");
            WaitFor(() => Run("sinfo", "-h", "-o", "%t").Output.Trim() == "idle", "the node");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private string Configuration => At("slurm.conf");

    /// <summary>Runs a program that talks to the cluster.</summary>
    public (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} does not end");
        }

        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }

    /// <summary>Waits until something is so; ends the test where it takes too long.</summary>
    public static void WaitFor(Func<bool> holds, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            if (clock.Elapsed > 2 * Patience)
            {
                throw new TimeoutException($"{what} is not ready");
            }

            Thread.Sleep(50);
        }
    }

    /// <summary>Waits until no task of a job runs or waits to run.</summary>
    public void WaitForEnd(string job) => WaitFor(() => Run("squeue", "-h", "-j", job, "-t", "PENDING,RUNNING,COMPLETING").Output.Trim() is "" or "slurm_load_jobs error: Invalid job id specified", $"job {job}");

    public void Dispose()
    {
        if (_daemons.Count == 3)
        {
            Run("scancel", "--full", "--signal=KILL", "--user=root");
        }

        foreach (var daemon in _daemons.AsEnumerable().Reverse())
        {
            daemon.Kill(entireProcessTree: true);
            daemon.WaitForExit();
            daemon.Dispose();
        }
    }

    private static void Permit(string path, string octal)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(octal, 8));
        }
    }

    private string At(string name) => Path.Combine(_folder, name);

    private void Daemon(string program, params string[] arguments)
    {
        var process = Start(program, arguments);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _daemons.Add(process);
    }

    private Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(SlurmFactAttribute.Find(program) ?? program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_CONF"] = Configuration;
        return Process.Start(start)!;
    }

    private string Settings()
    {
        string host = Environment.MachineName.Split('.')[0];
        return $"""
            ClusterName=npusim
            SlurmctldHost={host}(127.0.0.1)
            SlurmUser=root
            SlurmdUser=root
            AuthType=auth/munge
            AuthInfo=socket={At("munge.socket")}
            CredType=cred/munge
            SlurmctldPort={FreePort()}
            SlurmdPort={FreePort()}
            StateSaveLocation={At("state")}
            SlurmdSpoolDir={At("spool")}
            SlurmctldPidFile={At("slurmctld.pid")}
            SlurmdPidFile={At("slurmd.pid")}
            SlurmctldLogFile={At("slurmctld.log")}
            SlurmdLogFile={At("slurmd.log")}
            SlurmdParameters=config_overrides
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            JobAcctGatherType=jobacct_gather/none
            MpiDefault=none
            ReturnToService=2
            MailProg=/bin/true
            SchedulerType=sched/builtin
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            KillWait=1
            NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
            PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP

            """;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
