//! Processor time of a process, as the kernel of the machine counts it. Linux only; elsewhere it is not known.

/// User and system time of all threads of a process so far, microseconds. `None`: the generator itself.
#[must_use]
pub fn micros(process: Option<u32>) -> Option<u64> {
    let name = process.map_or_else(|| "self".to_owned(), |id| id.to_string());
    let text = std::fs::read_to_string(format!("/proc/{name}/stat")).ok()?;
    // The second field is the program's name in parentheses and may hold anything; utime and stime are fields 14 and 15.
    let mut fields = text.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    // The unit is 1/100 s on every Linux that user programs see.
    Some((user + system) * 10_000)
}
