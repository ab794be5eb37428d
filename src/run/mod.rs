//! Runs: the conductor, who plays a scenario on a stage with lanes of some driver.
