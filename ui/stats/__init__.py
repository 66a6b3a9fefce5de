"""The stats tab: this moment, periods, tables, who gets a sale, and how many agents are needed."""
